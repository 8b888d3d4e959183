package patients

import (
	"time"

	"medoffice/ent"
	"medoffice/ent/allergy"
	"medoffice/ent/consent"
	"medoffice/ent/historyentry"
	"medoffice/ent/patient"
	"medoffice/ent/problem"
)

// The code systems of the demo charts.
const (
	icd10  = "http://hl7.org/fhir/sid/icd-10-cm"
	cvx    = "http://hl7.org/fhir/sid/cvx"
	loinc  = "http://loinc.org"
	rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
)

// harm is a substance of the demo with what it does; drugs have RxNorm codes.
type harm struct {
	text, code, reaction string
	category             allergy.Category
	kind                 allergy.Kind
	criticality          allergy.Criticality
	severity             allergy.Severity
}

var harms = []harm{
	{"Penicillin", "70618", "Hives", allergy.CategoryMEDICATION, allergy.KindALLERGY, allergy.CriticalityHIGH, allergy.SeverityMODERATE},
	{"Penicillin", "70618", "Rash", allergy.CategoryMEDICATION, allergy.KindALLERGY, allergy.CriticalityLOW, allergy.SeverityMILD},
	{"Amoxicillin", "723", "Rash", allergy.CategoryMEDICATION, allergy.KindALLERGY, allergy.CriticalityLOW, allergy.SeverityMILD},
	{"Sulfamethoxazole", "10180", "Rash with fever", allergy.CategoryMEDICATION, allergy.KindALLERGY, allergy.CriticalityHIGH, allergy.SeveritySEVERE},
	{"Aspirin", "1191", "Wheezing", allergy.CategoryMEDICATION, allergy.KindALLERGY, allergy.CriticalityHIGH, allergy.SeverityMODERATE},
	{"Ibuprofen", "5640", "Stomach pain", allergy.CategoryMEDICATION, allergy.KindINTOLERANCE, allergy.CriticalityLOW, allergy.SeverityMILD},
	{"Codeine", "2670", "Nausea and vomiting", allergy.CategoryMEDICATION, allergy.KindINTOLERANCE, allergy.CriticalityLOW, allergy.SeverityMODERATE},
	{"Lisinopril", "29046", "Dry cough", allergy.CategoryMEDICATION, allergy.KindINTOLERANCE, allergy.CriticalityLOW, allergy.SeverityMILD},
	{"Peanut", "", "Anaphylaxis", allergy.CategoryFOOD, allergy.KindALLERGY, allergy.CriticalityHIGH, allergy.SeveritySEVERE},
	{"Shellfish", "", "Swelling of lips", allergy.CategoryFOOD, allergy.KindALLERGY, allergy.CriticalityHIGH, allergy.SeverityMODERATE},
	{"Egg", "", "Hives", allergy.CategoryFOOD, allergy.KindALLERGY, allergy.CriticalityLOW, allergy.SeverityMILD},
	{"Cow's milk", "", "Diarrhea", allergy.CategoryFOOD, allergy.KindINTOLERANCE, allergy.CriticalityLOW, allergy.SeverityMILD},
	{"Bee venom", "", "Anaphylaxis", allergy.CategoryENVIRONMENT, allergy.KindALLERGY, allergy.CriticalityHIGH, allergy.SeveritySEVERE},
	{"Grass pollen", "", "Sneezing, itchy eyes", allergy.CategoryENVIRONMENT, allergy.KindALLERGY, allergy.CriticalityLOW, allergy.SeverityMILD},
	{"House dust mite", "", "Stuffy nose", allergy.CategoryENVIRONMENT, allergy.KindALLERGY, allergy.CriticalityLOW, allergy.SeverityMILD},
	{"Cat dander", "", "Wheezing", allergy.CategoryENVIRONMENT, allergy.KindALLERGY, allergy.CriticalityLOW, allergy.SeverityMODERATE},
	{"Latex", "", "Contact rash", allergy.CategoryENVIRONMENT, allergy.KindALLERGY, allergy.CriticalityUNABLE_TO_ASSESS, allergy.SeverityMILD},
}

func (l *life) allergies() {
	if !l.chance(0.34) {
		return
	}
	known := map[string]bool{}
	for range l.between(1, 3) {
		h := pick(l.r, harms)
		if known[h.text] {
			continue
		}
		known[h.text] = true
		onset := l.atAge(l.between(0, max(0, l.years-1)))
		c := l.b.c.Allergy.Create().SetID(l.newID("alg")).SetPatientID(l.id).SetSubstanceCodeText(h.text).
			SetKind(h.kind).SetCategory(h.category).SetCriticality(h.criticality).SetSeverity(h.severity).
			SetReaction(h.reaction).SetOnset(*l.day(onset)).SetRecordedAt(l.noted(onset))
		if h.code != "" {
			c.SetSubstanceCode(h.code).SetSubstanceCodeSystem(rxnorm)
		}
		if l.chance(0.06) {
			c.SetStatus(allergy.StatusRESOLVED)
		}
		l.b.allergies = append(l.b.allergies, c)
	}
}

// illness is a problem of the demo: how many of those who are old enough get
// it, when, and whether it passes.
type illness struct {
	code, text string
	share      float64
	from, to   int // the age at which it begins
	passes     int // days until it is over, 0 for never
	sex        patient.Sex
}

var illnesses = []illness{
	{"I10", "High blood pressure, primary", 0.42, 38, 70, 0, ""},
	{"E11.9", "Type 2 diabetes without complications", 0.18, 40, 72, 0, ""},
	{"E78.5", "High blood fats, unspecified", 0.34, 36, 70, 0, ""},
	{"J45.909", "Asthma, unspecified, uncomplicated", 0.11, 3, 30, 0, ""},
	{"J44.9", "Chronic obstructive lung disease, unspecified", 0.09, 52, 75, 0, ""},
	{"I25.10", "Coronary artery disease without angina", 0.14, 52, 80, 0, ""},
	{"I48.91", "Atrial fibrillation, unspecified", 0.12, 60, 85, 0, ""},
	{"I50.9", "Heart failure, unspecified", 0.08, 66, 88, 0, ""},
	{"N18.30", "Chronic kidney disease stage 3, unspecified", 0.12, 60, 84, 0, ""},
	{"E03.9", "Underactive thyroid, unspecified", 0.1, 28, 65, 0, patient.SexFEMALE},
	{"M17.9", "Osteoarthritis of the knee, unspecified", 0.26, 50, 78, 0, ""},
	{"M81.0", "Osteoporosis of age without a present fracture", 0.22, 62, 82, 0, patient.SexFEMALE},
	{"N40.0", "Enlarged prostate without urinary symptoms", 0.3, 55, 80, 0, patient.SexMALE},
	{"K21.9", "Reflux without esophagitis", 0.16, 25, 65, 0, ""},
	{"F32.A", "Depression, unspecified", 0.14, 17, 60, 420, ""},
	{"F41.1", "Generalized anxiety disorder", 0.12, 17, 50, 0, ""},
	{"F90.9", "Attention deficit hyperactivity disorder, unspecified", 0.08, 6, 14, 0, ""},
	{"G43.909", "Migraine, not intractable", 0.1, 14, 40, 0, patient.SexFEMALE},
	{"G47.33", "Obstructive sleep apnea", 0.1, 38, 65, 0, ""},
	{"E66.9", "Obesity, unspecified", 0.2, 15, 60, 0, ""},
	{"L20.9", "Atopic dermatitis, unspecified", 0.12, 0, 10, 0, ""},
	{"J30.9", "Allergic rhinitis, unspecified", 0.17, 5, 35, 0, ""},
	{"L70.0", "Common acne", 0.3, 12, 17, 1400, ""},
	{"H66.90", "Middle ear infection, unspecified ear", 0.5, 0, 6, 14, ""},
	{"J02.9", "Sore throat, acute", 0.35, 4, 30, 10, ""},
	{"J06.9", "Acute infection of the upper airways", 0.55, 1, 80, 12, ""},
	{"J20.9", "Acute bronchitis", 0.25, 20, 80, 21, ""},
	{"N39.0", "Urinary tract infection, site not specified", 0.3, 18, 80, 10, patient.SexFEMALE},
	{"M54.50", "Low back pain, unspecified", 0.35, 22, 70, 60, ""},
	{"D50.9", "Iron deficiency anemia, unspecified", 0.12, 15, 48, 200, patient.SexFEMALE},
}

func (l *life) problems() {
	for _, i := range illnesses {
		if l.years < i.from || i.sex != "" && i.sex != l.sex || !l.chance(i.share) {
			continue
		}
		onset := l.atAge(l.between(i.from, min(i.to, l.years)))
		if onset.After(l.demo.Now.AddDate(0, 0, -2)) {
			continue
		}
		c := l.b.c.Problem.Create().SetID(l.newID("prb")).SetPatientID(l.id).SetCodeText(i.text).
			SetCode(i.code).SetCodeSystem(icd10).SetOnset(*l.day(onset)).SetRecordedAt(l.noted(onset))
		if end := onset.AddDate(0, 0, i.passes); i.passes > 0 && end.Before(l.demo.Now.AddDate(0, 0, -1)) {
			c.SetStatus(problem.StatusRESOLVED).SetAbatement(*l.day(end))
		}
		l.b.problems = append(l.b.problems, c)
	}
}

var operations = []struct {
	text     string
	from, to int
	share    float64
	sex      patient.Sex
}{
	{"Tonsillectomy", 4, 12, 0.08, ""},
	{"Appendectomy", 8, 40, 0.08, ""},
	{"Removal of the gallbladder", 30, 65, 0.1, ""},
	{"Cesarean section", 22, 40, 0.16, patient.SexFEMALE},
	{"Removal of the uterus", 40, 60, 0.12, patient.SexFEMALE},
	{"Arthroscopy of the knee", 20, 60, 0.1, ""},
	{"Repair of an inguinal hernia", 20, 70, 0.12, patient.SexMALE},
	{"Cataract surgery", 62, 82, 0.25, ""},
	{"Total knee replacement", 58, 80, 0.1, ""},
	{"Coronary bypass", 55, 78, 0.05, ""},
}

var kinIllnesses = []struct{ code, text string }{
	{"Z82.49", "Heart disease in the family"},
	{"Z83.3", "Diabetes in the family"},
	{"Z80.3", "Breast cancer in the family"},
	{"Z80.0", "Cancer of the digestive organs in the family"},
	{"Z82.3", "Stroke in the family"},
	{"Z82.5", "Asthma in the family"},
}

func (l *life) histories() {
	for range l.between(0, 2) {
		k := pick(l.r, kinIllnesses)
		l.entry(historyentry.KindFAMILY, k.text, l.since).SetCode(k.code).SetCodeSystem(icd10).
			SetRelationship(pick(l.r, []string{"mother", "father", "sister", "brother", "grandmother", "grandfather"}))
	}
	for _, o := range operations {
		if l.years < o.from || o.sex != "" && o.sex != l.sex || !l.chance(o.share) {
			continue
		}
		if at := l.atAge(l.between(o.from, min(o.to, l.years))); at.Before(l.demo.Now) {
			l.entry(historyentry.KindSURGICAL, o.text, at).SetOnset(*l.day(at))
		}
	}
	if l.years > 45 && l.chance(0.6) {
		at := l.atAge(l.between(4, 9))
		l.entry(historyentry.KindPAST, "Chickenpox", at).SetOnset((*l.day(at))[:4])
	}
	if l.years >= 13 {
		l.habits()
	}
}

// habits are what every practice asks: smoking and drinking.
func (l *life) habits() {
	smokes := "Never smoker"
	switch at := l.r.Float64(); {
	case at < 0.13:
		smokes = "Current every day smoker"
	case at < 0.34 && l.years > 25:
		smokes = "Former smoker"
	}
	asked := l.demo.Now.AddDate(0, -l.between(1, 18), 0)
	l.entry(historyentry.KindSOCIAL, "Tobacco smoking status", asked).SetCode("72166-2").SetCodeSystem(loinc).SetValue(smokes)
	if l.years >= 18 {
		l.entry(historyentry.KindSOCIAL, "History of Alcohol use", asked).SetCode("11331-6").SetCodeSystem(loinc).
			SetValue(pick(l.r, []string{"None", "On special days", "1 to 4 drinks a week", "1 to 4 drinks a week", "More than 7 drinks a week"}))
	}
}

func (l *life) consents() {
	for _, k := range []struct {
		kind  consent.Kind
		share float64
		scope string
	}{
		{consent.KindTREATMENT, 1, "To be examined and treated here"},
		{consent.KindPRIVACY_NOTICE, 0.98, "Has received the notice of privacy practices"},
		{consent.KindTELEHEALTH, 0.3, "To be seen by video"},
		{consent.KindRELEASE_OF_INFORMATION, 0.15, "To send results to the specialist"},
		{consent.KindRESEARCH, 0.04, "To be asked for studies"},
	} {
		if !l.chance(k.share) {
			continue
		}
		c := l.b.c.Consent.Create().SetID(l.newID("cns")).SetPatientID(l.id).SetKind(k.kind).SetScope(k.scope).
			SetGivenAt(l.noted(l.since.AddDate(0, 0, l.r.IntN(60))))
		if k.share < 0.5 && l.chance(0.15) {
			c.SetDecision(consent.DecisionDENY)
		} else if k.share < 0.5 && l.chance(0.1) {
			c.SetStatus(consent.StatusREVOKED)
		}
		l.b.consents = append(l.b.consents, c)
	}
}

func (l *life) entry(kind historyentry.Kind, text string, at time.Time) *ent.HistoryEntryCreate {
	c := l.b.c.HistoryEntry.Create().SetID(l.newID("hst")).SetPatientID(l.id).SetKind(kind).
		SetCodeText(text).SetRecordedAt(l.noted(at))
	l.b.histories = append(l.b.histories, c)
	return c
}
