package fhir

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/historyentry"
	"medoffice/ent/vitalreading"
	"medoffice/modules/kit/decimal"
)

const loinc = "http://loinc.org"

// signs says which vital sign a LOINC code measures. Source: US Core vital
// signs, and the older codes that exports still use.
var signs = map[string]vitalreading.Sign{
	"85354-9": vitalreading.SignBLOOD_PRESSURE, "55284-4": vitalreading.SignBLOOD_PRESSURE, "35094-2": vitalreading.SignBLOOD_PRESSURE,
	"8867-4": vitalreading.SignHEART_RATE, "9279-1": vitalreading.SignRESPIRATORY_RATE,
	"8310-5": vitalreading.SignBODY_TEMPERATURE, "8331-1": vitalreading.SignBODY_TEMPERATURE,
	"8332-9": vitalreading.SignBODY_TEMPERATURE, "8328-7": vitalreading.SignBODY_TEMPERATURE, "8333-7": vitalreading.SignBODY_TEMPERATURE,
	"2708-6": vitalreading.SignOXYGEN_SATURATION, "59408-5": vitalreading.SignOXYGEN_SATURATION,
	"8302-2": vitalreading.SignBODY_HEIGHT, "8306-3": vitalreading.SignBODY_HEIGHT,
	"29463-7": vitalreading.SignBODY_WEIGHT, "3141-9": vitalreading.SignBODY_WEIGHT,
	"39156-5": vitalreading.SignBODY_MASS_INDEX, "3140-1": vitalreading.SignBODY_SURFACE_AREA, "8277-6": vitalreading.SignBODY_SURFACE_AREA,
	"8478-0": vitalreading.SignMEAN_ARTERIAL_PRESSURE, "9843-4": vitalreading.SignHEAD_CIRCUMFERENCE, "8287-5": vitalreading.SignHEAD_CIRCUMFERENCE,
	"72514-3": vitalreading.SignPAIN_SCORE, "3151-8": vitalreading.SignINHALED_OXYGEN_FLOW,
	"3150-6": vitalreading.SignINHALED_OXYGEN_CONCENTRATION, "41653-7": vitalreading.SignGLUCOSE,
}

// The parts of a blood pressure.
const (
	systolicCode  = "8480-6"
	diastolicCode = "8462-4"
)

// smoking are the codes of tobacco use, which some exports file as a survey.
var smoking = map[string]bool{"72166-2": true, "11367-0": true, "39240-7": true, "63640-7": true, "81229-7": true}

var observationStatuses = map[string]bool{ // whether it says something that stands
	"final": true, "amended": true, "corrected": true, "entered-in-error": true,
	"registered": false, "preliminary": false, "cancelled": false, "unknown": false,
}

func (e *entry) readObservation(r *observationResource) error {
	stands, err := choice("status", r.Status, observationStatuses)
	if err != nil {
		return err
	}
	if e.patient = e.link("subject", r.Subject, "Patient"); e.patient != nil {
		e.patient.optional = !toPatient(e.patient) // of a device or a place
	}
	e.visit = e.link("encounter", r.Encounter, "Encounter")
	at, err := e.effective(r)
	if err != nil {
		return err
	}
	if !stands || at == nil || r.Code == nil || e.patient == nil || e.patient.optional {
		return nil
	}
	e.more = e.more || r.Status == "amended" || r.Status == "corrected"
	switch {
	case isCategory(r, "vital-signs"):
		return e.readVital(r, *at)
	case isCategory(r, "social-history"), smoking[code(r.Code)]:
		return e.readSocial(r, *at)
	}
	return nil
}

func isCategory(r *observationResource, want string) bool {
	for _, c := range r.Category {
		for _, one := range c.Coding {
			if one.Code == want {
				return true
			}
		}
	}
	return false
}

// effective is when it was observed. When it was published is kept only where
// it gives another second.
func (e *entry) effective(r *observationResource) (at *time.Time, err error) {
	switch {
	case r.EffectiveDateTime != "":
		at, err = e.past("effectiveDateTime", r.EffectiveDateTime)
	case r.EffectiveInstant != "":
		at, err = e.past("effectiveInstant", r.EffectiveInstant)
	case r.EffectivePeriod != nil:
		e.more = true
		at, err = e.past("effectivePeriod.start", r.EffectivePeriod.Start)
	}
	if err != nil {
		return nil, err
	}
	issued, err := e.instant("issued", r.Issued)
	if issued != nil && (at == nil || !issued.Truncate(time.Second).Equal(at.Truncate(time.Second))) {
		e.more = true
	}
	return at, err
}

var interpretations = map[string]vitalreading.Interpretation{
	"N": vitalreading.InterpretationN, "L": vitalreading.InterpretationL, "H": vitalreading.InterpretationH,
	"LL": vitalreading.InterpretationLL, "HH": vitalreading.InterpretationHH, "A": vitalreading.InterpretationA, "AA": vitalreading.InterpretationAA,
}

func (e *entry) readVital(r *observationResource, at time.Time) (err error) {
	v := &ent.VitalReading{Source: e.source(), Sign: vitalreading.SignOTHER, Status: vitalreading.StatusFINAL, TakenAt: at}
	v.CodeText, v.Code, v.CodeSystem = e.words(r.Code)
	for _, c := range r.Code.Coding {
		if s, ok := signs[c.Code]; ok && (c.System == loinc || c.System == "") {
			v.Sign = s
			break
		}
	}
	e.more = e.more || len(r.Category) > 1
	measured, err := e.measured(v, r)
	if err != nil || !measured || v.CodeText == "" {
		return err
	}
	v.Method, v.BodySite, v.Note = e.say(r.Method), e.say(r.BodySite), e.note(r.Note)
	if len(r.Performer) > 0 {
		v.TakenBy = r.Performer[0].Display
		e.more = e.more || len(r.Performer) > 1 || r.Performer[0].Reference != ""
	}
	for i, c := range r.Interpretation {
		if known, ok := interpretations[code(&c)]; ok && i == 0 {
			v.Interpretation = &known
			continue
		}
		e.more = true
	}
	if r.Status == "entered-in-error" {
		v.Status = vitalreading.StatusENTERED_IN_ERROR
		v.VoidedAt, v.VoidedBy, v.VoidReason = voided(at)
	}
	e.row = v
	return nil
}

// measured reads the number of a reading, the two of a blood pressure, or why
// there is none; false where it is none of them, and the reading is kept raw.
func (e *entry) measured(v *ent.VitalReading, r *observationResource) (bool, error) {
	if v.Sign == vitalreading.SignBLOOD_PRESSURE {
		return e.pressure(v, r)
	}
	e.more = e.more || len(r.Component) > 0
	if r.DataAbsentReason != nil && r.ValueQuantity == nil {
		v.NotDoneReason = e.say(r.DataAbsentReason)
		return v.NotDoneReason != nil, nil
	}
	if r.ValueQuantity == nil {
		return false, nil
	}
	text, err := r.ValueQuantity.number("valueQuantity")
	if err != nil || text == "" {
		return false, err
	}
	n, err := decimal.Parse(text)
	if err != nil {
		return false, wrong("valueQuantity.value", "%s", err)
	}
	if v.Sign == vitalreading.SignPAIN_SCORE { // whole numbers; what was written is in EnteredValue
		n = n.Round(0)
	}
	unit := r.ValueQuantity.unit()
	v.Value, v.Unit, v.EnteredValue, v.EnteredUnit = &n, trimmed(unit), &text, trimmed(unit)
	return true, nil
}

func (e *entry) pressure(v *ent.VitalReading, r *observationResource) (bool, error) {
	var texts [2]string
	for i, c := range r.Component {
		path := "component[" + strconv.Itoa(i) + "].valueQuantity"
		part := part(c.Code)
		if part < 0 || texts[part] != "" {
			e.more = true
			continue
		}
		if c.ValueQuantity == nil {
			if v.NotDoneReason = e.say(c.DataAbsentReason); v.NotDoneReason == nil {
				return false, nil
			}
			continue
		}
		text, err := c.ValueQuantity.number(path)
		if err != nil || text == "" {
			return false, err
		}
		n, err := decimal.Parse(text)
		if err != nil {
			return false, wrong(path+".value", "%s", err)
		}
		texts[part] = text
		if part == 0 {
			v.Systolic = &n
		} else {
			v.Diastolic = &n
		}
		unit := c.ValueQuantity.unit()
		if v.Unit != nil && *v.Unit != unit {
			return false, wrong(path, "the two pressures have different units")
		}
		v.Unit, v.EnteredUnit = trimmed(unit), trimmed(unit)
	}
	if r.DataAbsentReason != nil {
		v.NotDoneReason = e.say(r.DataAbsentReason)
	}
	entered := texts[0] + "/" + texts[1]
	if v.Systolic != nil && v.Diastolic != nil {
		v.NotDoneReason, v.EnteredValue = nil, &entered
		return true, nil
	}
	e.more = true // half a pressure is none
	v.Systolic, v.Diastolic, v.Unit, v.EnteredUnit = nil, nil, nil, nil
	return v.NotDoneReason != nil, nil
}

// part returns which number of a blood pressure a component is: 0 systolic,
// 1 diastolic, -1 neither.
func part(c concept) int {
	for _, one := range c.Coding {
		switch one.Code {
		case systolicCode:
			return 0
		case diastolicCode:
			return 1
		}
	}
	return -1
}

func (e *entry) readSocial(r *observationResource, at time.Time) error {
	h := &ent.HistoryEntry{Source: e.source(), Kind: historyentry.KindSOCIAL, Status: historyentry.StatusACTIVE, RecordedAt: at}
	h.CodeText, h.Code, h.CodeSystem = e.words(r.Code)
	h.Note = e.note(r.Note)
	switch {
	case r.ValueCodeableConcept != nil:
		h.Value = e.say(r.ValueCodeableConcept)
	case r.ValueString != "":
		h.Value = trimmed(r.ValueString)
	case r.ValueBoolean != nil:
		h.Value = trimmed(map[bool]string{true: "yes", false: "no"}[*r.ValueBoolean])
	case r.ValueInteger != nil:
		h.Value = trimmed(strconv.Itoa(*r.ValueInteger))
	case r.ValueQuantity != nil:
		n, err := r.ValueQuantity.number("valueQuantity")
		if err != nil {
			return err
		}
		h.Value = trimmed(n + " " + r.ValueQuantity.unit())
	}
	if h.Value == nil || h.CodeText == "" {
		return nil
	}
	// The row has no place for the visit, the category and what else hangs on it.
	e.more = true
	if r.Status == "entered-in-error" {
		h.Status = historyentry.StatusENTERED_IN_ERROR
		h.VoidedAt, h.VoidedBy, h.VoidReason = voided(at)
	}
	e.row = h
	return nil
}

// jsonNumber is a number as JSON writes it, not too long to be one of medicine.
var jsonNumber = regexp.MustCompile(`^-?\d{1,30}(\.\d{1,40})?([eE][+-]?\d{1,3})?$`)

// number is the value as it is written; "" where there is none, or only a bound
// such as < 5, which is no value.
func (q *quantity) number(path string) (string, error) {
	text := string(q.Value)
	if text == "" || text == "null" || q.Comparator != "" {
		return "", nil
	}
	if !jsonNumber.MatchString(text) {
		return "", wrong(path+".value", "a number was expected")
	}
	return text, nil
}

// unit is the UCUM code, or what people write where there is none.
func (q *quantity) unit() string {
	if q.Code != "" && (q.System == "" || strings.Contains(q.System, "unitsofmeasure.org")) {
		return q.Code
	}
	return q.Unit
}
