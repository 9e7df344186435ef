package doctor

// checks is every check. New ones go to the end of the table, whatever their
// group, and new ways to the end of theirs: support codes count them.
func checks() []check {
	return []check{
		// The computer.
		{"DOC-SYS-001", "supported", GroupSystem, FaultComputer, (*look).supported, []way{warn("other")}},
		{"DOC-SYS-002", "width", GroupSystem, FaultComputer, (*look).width, []way{
			warn("narrow"), warn("foreign", command("uname -m")),
		}},
		{"DOC-SYS-003", "remote", GroupSystem, FaultComputer, (*look).remote, []way{warn("ssh"), warn("desktop")}},
		{"DOC-SYS-004", "sandbox", GroupSystem, FaultComputer, (*look).sandbox, []way{
			warn("flatpak"), warn("snap"), warn("container"),
		}},
		{"DOC-SYS-005", "disk", GroupSystem, FaultComputer, (*look).disk, []way{
			warn("low", command("df -h ~")), fault("full", command("df -h ~")),
		}},
		{"DOC-SYS-006", "logs", GroupSystem, FaultComputer, (*look).logs, []way{warn("large")}},
		{"DOC-SYS-007", "clock", GroupSystem, FaultComputer, (*look).clock, []way{
			fault("past", command("timedatectl set-ntp true")), fault("future", command("timedatectl set-ntp true")),
			fault("behind", command("timedatectl set-ntp true")),
		}},
		{"DOC-SYS-008", "root", GroupSystem, FaultComputer, (*look).root, []way{warn("root")}},
		{"DOC-SYS-009", "private", GroupSystem, FaultComputer, (*look).private, []way{
			warn("open", command("chmod -R go-rwx ~/.local/state/cientro")),
		}},

		// The smart card service.
		{"DOC-PCSC-001", "installed", GroupService, FaultService, (*look).installed, []way{
			fault("missing", command("sudo apt install pcscd libccid"), command("sudo dnf install pcsc-lite pcsc-lite-ccid"),
				command("sudo pacman -S pcsclite ccid"), command("sudo zypper install pcsc-lite pcsc-ccid")),
		}},
		{"DOC-PCSC-002", "library", GroupService, FaultService, (*look).library, []way{
			fault("missing", command("sudo apt install libpcsclite1"), command("sudo dnf install pcsc-lite-libs"),
				command("sudo pacman -S pcsclite"), command("sudo zypper install libpcsclite1")),
		}},
		{"DOC-PCSC-003", "socket", GroupService, FaultService, (*look).socket, []way{
			fault("missing", command("sudo systemctl enable --now pcscd.socket")),
			fault("dead", command("sudo systemctl restart pcscd.socket pcscd.service")),
			fault("forbidden", command("ls -l /run/pcscd/pcscd.comm")),
		}},
		{"DOC-PCSC-004", "answers", GroupService, FaultService, (*look).answers, []way{
			fault("missing", command("sudo apt install pcscd libccid"), command("sudo dnf install pcsc-lite pcsc-lite-ccid"),
				command("sudo pacman -S pcsclite ccid"), command("sudo zypper install pcsc-lite pcsc-ccid")),
			fault("stopped", command("sudo systemctl restart pcscd.socket pcscd.service")),
			fault("denied"), fault("unsupported"), fault("silent", command("sudo systemctl restart pcscd.service")),
		}},
		{"DOC-PCSC-005", "polkit", GroupService, FaultService, (*look).polkit, []way{
			fault("remote"), fault("refused", command("pkcheck --action-id org.debian.pcsc-lite.access_pcsc --process $$")),
		}},
		{"DOC-PCSC-006", "activation", GroupService, FaultService, (*look).activation, []way{
			fault("masked", command("sudo systemctl unmask pcscd.socket pcscd.service")),
			warn("disabled", command("sudo systemctl enable --now pcscd.socket")),
		}},
		{"DOC-PCSC-007", "daemons", GroupService, FaultService, (*look).daemons, []way{warn("several", command("pgrep -a pcscd"))}},
		{"DOC-PCSC-008", "ccid", GroupService, FaultService, (*look).ccid, []way{
			fault("missing", command("sudo apt install libccid"), command("sudo dnf install pcsc-lite-ccid"),
				command("sudo pacman -S ccid"), command("sudo zypper install pcsc-ccid")),
		}},
		{"DOC-PCSC-009", "elsewhere", GroupService, FaultService, (*look).elsewhere, []way{
			warn("variable", command("unset PCSCLITE_CSOCK_NAME")), fault("nowhere", command("unset PCSCLITE_CSOCK_NAME")),
		}},

		// Readers.
		{"DOC-READ-001", "usb", GroupReaders, FaultReader, (*look).usbReaders, []way{warn("missing", command("lsusb"))}},
		{"DOC-READ-002", "driver", GroupReaders, FaultReader, (*look).driver, []way{
			fault("missing", command("sudo systemctl restart pcscd.service")),
		}},
		{"DOC-READ-003", "kernel", GroupReaders, FaultReader, (*look).kernel, []way{
			fault("in-the-way", command("sudo modprobe -r pn533_usb pn533 nfc"),
				command(`printf 'blacklist pn533_usb\nblacklist pn533\nblacklist nfc\n' | sudo tee /etc/modprobe.d/blacklist-nfc.conf`),
				command("sudo systemctl restart pcscd.service")),
		}},
		{"DOC-READ-004", "listed", GroupReaders, FaultReader, (*look).listed, []way{fault("nothing")}},
		{"DOC-READ-005", "contactless", GroupReaders, FaultReader, (*look).contactless, []way{fault("contact-only"), warn("unsure")}},
		{"DOC-READ-006", "slots", GroupReaders, FaultReader, (*look).slots, []way{warn("several")}},
		{"DOC-READ-007", "held", GroupReaders, FaultReader, (*look).held, []way{
			fault("scdaemon", command("gpgconf --kill scdaemon"), command("echo pcsc-shared >> ~/.gnupg/scdaemon.conf")),
			fault("known"), fault("unnamed"),
		}},
		{"DOC-READ-008", "model", GroupReaders, FaultReader, (*look).model, []way{warn("acr122"), warn("internal")}},
		{"DOC-READ-009", "asleep", GroupReaders, FaultReader, (*look).asleep, []way{
			warn("suspended", command("echo on | sudo tee /sys/bus/usb/devices/*/power/control")),
		}},
		{"DOC-READ-010", "allowed", GroupReaders, FaultReader, (*look).allowed, []way{
			fault("blocked", command("sudo usbguard list-devices --blocked")),
		}},

		// The card.
		{"DOC-CARD-001", "present", GroupCard, FaultCard, (*look).present, []way{warn("none-there")}},
		{"DOC-CARD-002", "single", GroupCard, FaultCard, (*look).single, []way{warn("several")}},
		{"DOC-CARD-003", "mute", GroupCard, FaultReader, (*look).mute, []way{fault("mute")}},
		{"DOC-CARD-004", "kind", GroupCard, FaultCard, (*look).kind, []way{
			fault("cns"), fault("passport"), fault("other"), fault("unknown"), fault("unread"),
		}},
		{"DOC-CARD-005", "family", GroupCard, FaultCard, (*look).chipFamily, []way{warn("unknown")}},
		{"DOC-CARD-006", "lookalike", GroupCard, FaultCard, (*look).lookalike, []way{warn("alike")}},
		{"DOC-CARD-007", "pin", GroupCard, FaultCard, (*look).pin, []way{
			warn("fewer"), warn("last"), fault("blocked", command("cientro pin unblock")), warn("unknown"),
			fault("lost"),
		}},
		{"DOC-CARD-008", "puk", GroupCard, FaultCard, (*look).puk, []way{warn("few"), fault("blocked"), warn("unknown")}},
		{"DOC-CARD-009", "chip", GroupCard, FaultCard, (*look).chip, []way{fault("fake"), fault("channel")}},
		{"DOC-CARD-010", "sod", GroupCard, FaultCard, (*look).sod, []way{
			fault("failed"), warn("unanchored"), warn("unknown"), note("specimen"),
		}},
		{"DOC-CARD-011", "field", GroupCard, FaultReader, (*look).field, []way{fault("lossy"), warn("slow"), warn("uneven"), warn("shaky")}},

		// The holder's certificate.
		{"DOC-CERT-001", "seen", GroupCertificate, FaultCard, (*look).certificateSeen, []way{
			note("never", command("cientro certificate")),
		}},
		{"DOC-CERT-002", "validity", GroupCertificate, FaultCard, (*look).validity, []way{
			fault("expired"), warn("soon"), fault("not-yet", command("timedatectl set-ntp true")),
		}},
		{"DOC-CERT-003", "anchors", GroupCertificate, FaultComputer, (*look).anchors, []way{
			warn("damaged", command("cientro trust list")), fault("none-there", command("cientro trust list")),
		}},

		// Browsers.
		{"DOC-BROW-001", "browser", GroupBrowsers, FaultComputer, (*look).browser, []way{warn("nothing")}},
		{"DOC-BROW-002", "firefox", GroupBrowsers, FaultComputer, (*look).firefox, []way{
			fault("missing", command("cientro browser install")), warn("partly", command("cientro browser install")), warn("unread"),
		}},
		{"DOC-BROW-003", "firefox-path", GroupBrowsers, FaultComputer, (*look).firefoxPath, []way{
			fault("gone", command("cientro browser install")), warn("other", command("cientro browser install")),
		}},
		{"DOC-BROW-004", "policy", GroupBrowsers, FaultComputer, (*look).policy, []way{fault("broken"), fault("wrong-path")}},
		{"DOC-BROW-005", "chromium", GroupBrowsers, FaultComputer, (*look).chromium, []way{
			fault("missing", command("cientro browser install")), warn("partly", command("cientro browser install")), warn("unread"),
		}},
		{"DOC-BROW-006", "chromium-path", GroupBrowsers, FaultComputer, (*look).chromiumPath, []way{
			fault("gone", command("cientro browser install")), warn("other", command("cientro browser install")),
		}},
		{"DOC-BROW-007", "snap", GroupBrowsers, FaultComputer, (*look).snapBrowsers, []way{fault("confined", command("snap list firefox chromium"))}},
		{"DOC-BROW-008", "flatpak", GroupBrowsers, FaultComputer, (*look).flatpakBrowsers, []way{
			fault("confined", command("cientro agent --listen unix:path=$XDG_RUNTIME_DIR/p11-kit/cientro")),
		}},
		{"DOC-BROW-009", "twice", GroupBrowsers, FaultComputer, (*look).twice, []way{warn("twice")}},

		// The module.
		{"DOC-MOD-001", "module", GroupModule, FaultComputer, (*look).moduleThere, []way{fault("missing")}},
		{"DOC-MOD-002", "loads", GroupModule, FaultComputer, (*look).loads, []way{fault("refused")}},
		{"DOC-MOD-003", "machine", GroupModule, FaultComputer, (*look).machine, []way{fault("other"), fault("no-library")}},
		{"DOC-MOD-004", "agent", GroupModule, FaultComputer, (*look).agent, []way{fault("missing"), fault("not-executable")}},
		{"DOC-MOD-005", "version", GroupModule, FaultComputer, (*look).agentVersion, []way{fault("other"), warn("silent")}},
		{"DOC-MOD-006", "p11kit", GroupModule, FaultComputer, (*look).p11kit, []way{
			warn("unregistered", command("cientro browser install")), fault("wrong-path", command("cientro browser install")),
			warn("broken", command("cientro browser install")),
		}},
		{"DOC-MOD-007", "others", GroupModule, FaultComputer, (*look).otherModules, []way{warn("several", command("p11-kit list-modules"))}},
		{"DOC-MOD-008", "owner", GroupModule, FaultComputer, (*look).owner, []way{fault("writable")}},

		// What other software left.
		{"DOC-LEFT-001", "official", GroupLeftovers, FaultComputer, (*look).official, []way{warn("beside")}},
		{"DOC-LEFT-002", "half-pin", GroupLeftovers, FaultComputer, (*look).halfPIN, []way{
			warn("kept", command("rm -r ~/.CIEPKI ~/.CIEID")),
		}},
		{"DOC-LEFT-003", "official-browser", GroupLeftovers, FaultComputer, (*look).officialInBrowser, []way{warn("registered")}},
		{"DOC-LEFT-004", "opensc", GroupLeftovers, FaultComputer, (*look).opensc, []way{warn("registered")}},
		{"DOC-LEFT-005", "scdaemon", GroupLeftovers, FaultComputer, (*look).scdaemon, []way{
			warn("running", command("gpgconf --kill scdaemon"), command("echo pcsc-shared >> ~/.gnupg/scdaemon.conf")),
		}},
		{"DOC-LEFT-006", "old-agent", GroupLeftovers, FaultComputer, (*look).oldAgent, []way{warn("replaced")}},
		{"DOC-LEFT-007", "others-left", GroupLeftovers, FaultComputer, (*look).othersLeft, []way{warn("beside")}},
		{"DOC-LEFT-008", "emptied", GroupLeftovers, FaultComputer, (*look).emptied, []way{warn("pointer")}},
	}
}
