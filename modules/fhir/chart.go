package fhir

import (
	"fmt"
	"strings"
	"time"

	"medoffice/ent"
	"medoffice/ent/allergy"
	"medoffice/ent/immunization"
	"medoffice/ent/problem"
	"medoffice/ent/visit"
	"medoffice/modules/kit/date"
)

var (
	visitStatuses = map[string]visit.Status{
		"planned": visit.StatusPLANNED, "arrived": visit.StatusARRIVED, "triaged": visit.StatusTRIAGED,
		"in-progress": visit.StatusIN_PROGRESS, "onleave": visit.StatusONLEAVE, "finished": visit.StatusFINISHED,
		"cancelled": visit.StatusCANCELLED, "entered-in-error": visit.StatusENTERED_IN_ERROR, "unknown": visit.StatusUNKNOWN,
	}
	visitClasses = map[string]visit.VisitClass{ // v3-ActCode
		"AMB": visit.VisitClassAMBULATORY, "EMER": visit.VisitClassEMERGENCY, "HH": visit.VisitClassHOME_HEALTH,
		"IMP": visit.VisitClassINPATIENT, "ACUTE": visit.VisitClassINPATIENT, "NONAC": visit.VisitClassINPATIENT,
		"VR": visit.VisitClassVIRTUAL,
	}
)

func (e *entry) readEncounter(r *encounterResource) error {
	e.remember(r.Identifier)
	e.more = e.more || len(r.Identifier) > 0
	status, err := choice("status", r.Status, visitStatuses)
	if err != nil {
		return err
	}
	v := &ent.Visit{Source: e.source(), Status: status, VisitClass: visit.VisitClassOTHER}
	if r.Class != nil && visitClasses[r.Class.Code] != "" {
		v.VisitClass = visitClasses[r.Class.Code]
	}
	e.more = e.more || r.Class == nil || r.Class.Code == "ACUTE" || r.Class.Code == "NONAC" || v.VisitClass == visit.VisitClassOTHER
	if e.patient, err = e.needed("subject", r.Subject); err != nil {
		return err
	}
	if r.Period == nil || r.Period.Start == "" {
		return nil // a visit without a time has no place in the office
	}
	start, err := e.instant("period.start", r.Period.Start)
	if err != nil {
		return err
	}
	v.StartedAt = *start
	if v.EndedAt, err = e.instant("period.end", r.Period.End); err != nil {
		return err
	}
	if v.EndedAt != nil && v.EndedAt.Before(v.StartedAt) {
		return wrong("period.end", "it ends before it begins")
	}
	e.reason(v, r)
	e.whereAndWho(r)
	e.row = v
	return nil
}

// reason is why the patient came, or else what kind of visit it was.
func (e *entry) reason(v *ent.Visit, r *encounterResource) {
	var said []string
	for _, c := range append(r.ReasonCode, r.Type...) {
		if text := e.say(&c); text != nil && len(said) < max(len(r.ReasonCode), 1) {
			said = append(said, *text)
		}
	}
	e.more = e.more || len(r.ReasonCode) > 0 && len(r.Type) > 0 || len(r.Type) > 1
	v.Reason = trimmed(strings.Join(said, "; "))
}

func (e *entry) whereAndWho(r *encounterResource) {
	for i, p := range r.Participant {
		if l := e.link(fmt.Sprintf("participant[%d].individual", i), p.Individual, "Practitioner"); l != nil && e.provider == nil && mayBe(l, "Practitioner") {
			e.provider = l
		}
		e.more = e.more || i > 0 || len(p.Type) > 0
	}
	if len(r.Location) > 0 {
		e.location = e.link("location[0].location", &r.Location[0].Location, "Location")
	}
	if at := e.link("serviceProvider", r.ServiceProvider, "Organization"); e.location == nil {
		e.location = at
	} else {
		e.more = e.more || at != nil || len(r.Location) > 1
	}
	for _, l := range []*link{e.provider, e.location} {
		if l != nil { // people and places of other offices are often not in a file
			l.optional = !strings.HasPrefix(l.text, "urn:") && l.number == ""
		}
	}
}

// mayBe reports whether a link can name a resource of the type.
func mayBe(l *link, kind string) bool {
	if l.number != "" {
		return l.kind == kind
	}
	k, ok := l.key()
	return !ok || k.kind == kind || strings.HasPrefix(l.text, "urn:")
}

var problemStatuses = map[string]problem.Status{
	"": problem.StatusACTIVE, "active": problem.StatusACTIVE, "recurrence": problem.StatusRECURRENCE, "relapse": problem.StatusRELAPSE,
	"inactive": problem.StatusINACTIVE, "remission": problem.StatusREMISSION, "resolved": problem.StatusRESOLVED,
}

func (e *entry) readCondition(r *conditionResource) (err error) {
	p := &ent.Problem{Source: e.source()}
	if p.Status, err = choice("clinicalStatus", code(r.ClinicalStatus), problemStatuses); err != nil {
		return err
	}
	if e.patient, err = e.needed("subject", r.Subject); err != nil {
		return err
	}
	e.visit = e.link("encounter", r.Encounter, "Encounter")
	if p.CodeText, p.Code, p.CodeSystem = e.words(r.Code); p.CodeText == "" {
		return nil // there is no problem without a name
	}
	if p.Onset, err = e.oneDate("onset", r.OnsetDateTime, r.OnsetPeriod, false); err != nil {
		return err
	}
	if p.Abatement, err = e.oneDate("abatement", r.AbatementDateTime, r.AbatementPeriod, true); err != nil {
		return err
	}
	if p.RecordedAt, err = e.recorded(r.RecordedDate, p.Onset); err != nil {
		return err
	}
	p.Note = e.note(r.Note)
	switch how := code(r.VerificationStatus); how {
	case "entered-in-error", "refuted": // what the patient does not have stands on no list
		p.Status = problem.StatusENTERED_IN_ERROR
		p.VoidedAt, p.VoidedBy, p.VoidReason = voided(p.RecordedAt)
		if how == "refuted" {
			p.VoidReason = &how
		}
	case "confirmed", "":
	case "unconfirmed", "provisional", "differential":
		note := how
		if p.Note != nil {
			note += "\n" + *p.Note
		}
		p.Note, e.more = &note, true
	default:
		return wrong("verificationStatus", "R4 has no such code here")
	}
	e.row = p
	return nil
}

// oneDate is the date of one of several ways in which FHIR gives a time.
func (e *entry) oneDate(name, at string, p *period, end bool) (*date.Date, error) {
	if at != "" || p == nil {
		return e.date(name+"DateTime", at)
	}
	e.more = true
	if end {
		return e.date(name+"Period.end", p.End)
	}
	return e.date(name+"Period.start", p.Start)
}

// recorded is when a statement was written down: where nobody says, when it
// began, or else now.
func (e *entry) recorded(s string, onset *date.Date) (time.Time, error) {
	t, err := e.past("recordedDate", s)
	switch {
	case err != nil:
		return time.Time{}, err
	case t != nil:
		return *t, nil
	case onset != nil:
		return onset.First(), nil
	}
	return e.now, nil
}

// voided marks a row that was entered in error where it came from.
func voided(at time.Time) (when *time.Time, by, why *string) {
	who, reason := "import", "entered in error where it came from"
	return &at, &who, &reason
}

var (
	allergyStatuses = map[string]allergy.Status{
		"": allergy.StatusACTIVE, "active": allergy.StatusACTIVE, "inactive": allergy.StatusINACTIVE, "resolved": allergy.StatusRESOLVED,
	}
	verifications = map[string]allergy.Verification{
		"": allergy.VerificationUNCONFIRMED, "unconfirmed": allergy.VerificationUNCONFIRMED, "confirmed": allergy.VerificationCONFIRMED,
		"refuted": allergy.VerificationREFUTED, "entered-in-error": allergy.VerificationUNCONFIRMED,
	}
	allergyKinds = map[string]allergy.Kind{
		"": allergy.KindALLERGY, "allergy": allergy.KindALLERGY, "intolerance": allergy.KindINTOLERANCE,
	}
	allergyCategories = map[string]allergy.Category{
		"food": allergy.CategoryFOOD, "medication": allergy.CategoryMEDICATION,
		"environment": allergy.CategoryENVIRONMENT, "biologic": allergy.CategoryBIOLOGIC,
	}
	criticalities = map[string]allergy.Criticality{
		"low": allergy.CriticalityLOW, "high": allergy.CriticalityHIGH, "unable-to-assess": allergy.CriticalityUNABLE_TO_ASSESS,
	}
	severities = map[string]allergy.Severity{
		"mild": allergy.SeverityMILD, "moderate": allergy.SeverityMODERATE, "severe": allergy.SeveritySEVERE,
	}
)

func (e *entry) readAllergy(r *allergyResource) (err error) {
	a := &ent.Allergy{Source: e.source()}
	if a.Status, err = choice("clinicalStatus", code(r.ClinicalStatus), allergyStatuses); err != nil {
		return err
	}
	how := code(r.VerificationStatus)
	if a.Verification, err = choice("verificationStatus", how, verifications); err != nil {
		return err
	}
	if a.Kind, err = choice("type", r.Type, allergyKinds); err != nil {
		return err
	}
	if e.patient, err = e.needed("patient", r.Patient); err != nil {
		return err
	}
	if err := e.danger(a, r); err != nil {
		return err
	}
	if a.Onset, err = e.date("onsetDateTime", r.OnsetDateTime); err != nil {
		return err
	}
	if a.RecordedAt, err = e.recorded(r.RecordedDate, a.Onset); err != nil {
		return err
	}
	if how == "entered-in-error" {
		a.Status = allergy.StatusENTERED_IN_ERROR
		a.VoidedAt, a.VoidedBy, a.VoidReason = voided(a.RecordedAt)
	}
	if a.SubstanceCodeText, a.SubstanceCode, a.SubstanceCodeSystem = e.words(r.Code); a.SubstanceCodeText != "" {
		e.row = a
	}
	return nil
}

// danger reads what an allergy did to the patient, and may do.
func (e *entry) danger(a *ent.Allergy, r *allergyResource) error {
	if len(r.Category) > 0 {
		c, err := choice("category[0]", r.Category[0], allergyCategories)
		if err != nil {
			return err
		}
		a.Category, e.more = &c, e.more || len(r.Category) > 1
	}
	if r.Criticality != "" {
		c, err := choice("criticality", r.Criticality, criticalities)
		if err != nil {
			return err
		}
		a.Criticality = &c
	}
	var said []string
	for i, reaction := range r.Reaction {
		for _, m := range reaction.Manifestation {
			if text := e.say(&m); text != nil {
				said = append(said, *text)
			}
		}
		e.more = e.more || i > 0
		if reaction.Severity == "" {
			continue
		}
		s, err := choice("reaction.severity", reaction.Severity, severities)
		if err != nil {
			return err
		}
		if a.Severity == nil || s == allergy.SeveritySEVERE || *a.Severity == allergy.SeverityMILD {
			a.Severity = &s // the worst that happened
		}
	}
	a.Reaction = trimmed(strings.Join(said, ", "))
	return nil
}

var immunizationStatuses = map[string]immunization.Status{
	"completed": immunization.StatusCOMPLETED, "entered-in-error": immunization.StatusENTERED_IN_ERROR, "not-done": immunization.StatusNOT_DONE,
}

func (e *entry) readImmunization(r *immunizationResource) (err error) {
	i := &ent.Immunization{Source: e.source(), PrimarySource: r.PrimarySource == nil || *r.PrimarySource}
	if i.Status, err = choice("status", r.Status, immunizationStatuses); err != nil {
		return err
	}
	if e.patient, err = e.needed("patient", r.Patient); err != nil {
		return err
	}
	e.visit = e.link("encounter", r.Encounter, "Encounter")
	at, err := e.past("occurrenceDateTime", r.OccurrenceDateTime)
	if err != nil {
		return err
	}
	if i.ExpiresOn, err = e.date("expirationDate", r.ExpirationDate); err != nil {
		return err
	}
	i.VaccineCodeText, i.VaccineCode, i.VaccineCodeSystem = e.words(r.VaccineCode)
	if at == nil || i.VaccineCodeText == "" {
		return nil
	}
	i.OccurredAt, i.Lot, i.NotDoneReason = *at, trimmed(r.LotNumber), e.say(r.StatusReason)
	i.Site, i.Route = e.say(r.Site), e.say(r.Route)
	if r.Manufacturer != nil {
		i.Manufacturer = trimmed(r.Manufacturer.Display)
		e.more = e.more || r.Manufacturer.Reference != ""
	}
	if q := r.DoseQuantity; q != nil {
		n, err := q.number("doseQuantity")
		if err != nil {
			return err
		}
		if n != "" {
			i.Dose = trimmed(n + " " + q.unit())
		}
	}
	if i.Status == immunization.StatusENTERED_IN_ERROR {
		i.VoidedAt, i.VoidedBy, i.VoidReason = voided(i.OccurredAt)
	}
	e.row = i
	return nil
}
