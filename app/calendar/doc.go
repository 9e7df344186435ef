// Package calendar writes reminders as an iCalendar file (RFC 5545), which every
// calendar program takes: whole days with an alarm in the morning.
//
// It refuses to know whose day it is: a file holds the words and days that it
// was given, and identifiers that are nothing but random.
//
// Up: ui/certificate.
package calendar
