package main

import "medoffice/graph/document"

// asked is something a client asks for.
type asked struct{ name, role, text string }

var documents = []asked{
	{"point", "PHYSICIAN", document.Named("patient-point").Text},
	{"list", "PHYSICIAN", document.Named("patient-list").Text},
	{"chart", "PHYSICIAN", document.Named("chart").Text},
	{"board", "BOARD", document.Named("room-board-once").Text},
}

var subscription = document.Named("room-board").Text
