package vitals

import (
	"slices"

	"medoffice/ent/vitalreading"
	"medoffice/graph/model"
)

// loinc is the code system of vital signs.
const loinc = "http://loinc.org"

// sign is what the office knows of a vital sign.
type sign struct {
	sign    vitalreading.Sign
	code    string   // LOINC
	also    []string // other codes of LOINC by which it is imported
	display string
	units   []unit // the first is the one in which values are kept
	needs   bool   // the unit has to be given: the same number is possible in several
	digits  int    // kept after the point
	whole   bool   // there is nothing between two whole numbers
	derived bool   // the office computes it
	value   part   // the number, or the systolic pressure
	lower   *part  // the diastolic pressure
}

// part is one number of a sign: what is possible, and what it means.
type part struct {
	limits []limit
	bands  []band
}

// signs are the signs of the office. Codes and units: US Core vital signs.
// Limits and bands are in bands.go.
var signs = []*sign{
	{
		sign: vitalreading.SignBLOOD_PRESSURE, code: "85354-9", also: []string{"55284-4", "35094-2"}, display: "Blood pressure",
		units: []unit{mercury, kilopascal}, digits: 1, value: systolic, lower: &diastolic,
	},
	{sign: vitalreading.SignHEART_RATE, code: "8867-4", display: "Heart rate", units: []unit{perMinute}, value: heartRate},
	{sign: vitalreading.SignRESPIRATORY_RATE, code: "9279-1", display: "Respiratory rate", units: []unit{perMinute}, value: respiratoryRate},
	{
		sign: vitalreading.SignBODY_TEMPERATURE, code: "8310-5", also: []string{"8331-1", "8332-9", "8328-7", "8333-7"},
		display: "Body temperature", units: []unit{celsius, fahrenheit}, digits: 2, value: temperature,
	},
	{
		sign: vitalreading.SignOXYGEN_SATURATION, code: "2708-6", also: []string{"59408-5"}, display: "Oxygen saturation in arterial blood",
		units: []unit{percent}, digits: 1, value: saturation,
	},
	{
		sign: vitalreading.SignBODY_HEIGHT, code: "8302-2", also: []string{"8306-3"}, display: "Body height",
		units: []unit{centimetre, metre, inch, foot}, needs: true, digits: 2, value: height,
	},
	{
		sign: vitalreading.SignBODY_WEIGHT, code: "29463-7", also: []string{"3141-9"}, display: "Body weight",
		units: []unit{kilogram, gram, pound, ounce}, needs: true, digits: 3, value: weight,
	},
	{sign: vitalreading.SignBODY_MASS_INDEX, code: "39156-5", display: "Body mass index", units: []unit{{code: "kg/m2", num: 1, den: 1}}, digits: 1, derived: true, value: massIndex},
	{sign: vitalreading.SignBODY_SURFACE_AREA, code: "3140-1", also: []string{"8277-6"}, display: "Body surface area", units: []unit{{code: "m2", num: 1, den: 1}}, digits: 2, derived: true, value: surface},
	{sign: vitalreading.SignMEAN_ARTERIAL_PRESSURE, code: "8478-0", display: "Mean arterial pressure", units: []unit{mercury}, derived: true, value: meanPressure},
	{
		sign: vitalreading.SignHEAD_CIRCUMFERENCE, code: "9843-4", also: []string{"8287-5"}, display: "Head circumference",
		units: []unit{centimetre, metre, inch}, needs: true, digits: 2, value: head,
	},
	{sign: vitalreading.SignPAIN_SCORE, code: "72514-3", display: "Pain severity, 0 to 10, as reported", units: []unit{score}, whole: true, value: pain},
	{sign: vitalreading.SignINHALED_OXYGEN_FLOW, code: "3151-8", display: "Inhaled oxygen flow rate", units: []unit{litreFlow}, digits: 2, value: oxygenFlow},
	{sign: vitalreading.SignINHALED_OXYGEN_CONCENTRATION, code: "3150-6", display: "Inhaled oxygen concentration", units: []unit{percent}, digits: 1, value: oxygenShare},
	{
		sign: vitalreading.SignGLUCOSE, code: "41653-7", display: "Glucose in capillary blood by glucometer",
		units: []unit{milligram, millimole}, needs: true, digits: 1, value: glucose,
	},
}

// signOf is what the office knows of the sign, nil for OTHER.
func signOf(s vitalreading.Sign) *sign {
	i := slices.IndexFunc(signs, func(known *sign) bool { return known.sign == s })
	if i < 0 {
		return nil
	}
	return signs[i]
}

// signOfCode finds a sign by a code of LOINC, nil where none has it.
func signOfCode(code string) *sign {
	i := slices.IndexFunc(signs, func(s *sign) bool { return s.code == code || slices.Contains(s.also, code) })
	if i < 0 {
		return nil
	}
	return signs[i]
}

// unit is the code of the unit in which the values are kept.
func (s *sign) unit() string { return s.units[0].code }

// rule describes the sign to a client.
func (s *sign) rule() *model.VitalSignRule {
	code, system := s.code, loinc
	r := &model.VitalSignRule{
		Sign: s.sign, Code: &model.Code{Text: s.display, Code: &code, System: &system},
		Unit: s.unit(), Units: []string{}, UnitRequired: s.needs, Digits: s.digits, Derived: s.derived,
	}
	if s.derived {
		return r
	}
	for _, u := range s.units {
		r.Units = append(r.Units, u.code)
	}
	return r
}
