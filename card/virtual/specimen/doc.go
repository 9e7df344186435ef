// Package specimen makes and holds the personalisation data of virtual identity cards.
package specimen
