package medications

import (
	"medoffice/ent/medication"
	"medoffice/ent/medicationlink"
)

// RxNorm is the system of the codes of ingredients. Source: the National Library
// of Medicine; the concept identifiers of ingredients are in the public domain.
const RxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm"

// drug is a medication of the demo office. Its numbers have the shape of
// National Drug Codes and are invented; strengths and largest doses are those of
// common labels, for trying out and not for care.
type drug struct {
	code, name, form      string
	strength              float64
	strengthUnit, perUnit string
	per, contents         float64 // 0 for 1
	routes                []string
	most                  float64 // in strengthUnit, or in perUnit without a strength
	billing, cvx, sheet   string
	observe               int
	schedule              medication.Schedule
	links                 []tie
}

// tie is an ingredient or a class.
type tie struct {
	kind       medicationlink.Kind
	name, code string
}

func of(name, code string) tie        { return tie{medicationlink.KindINGREDIENT, name, code} }
func class(name string) tie           { return tie{medicationlink.KindCLASS, name, ""} }
func allergens(name string) tie       { return tie{medicationlink.KindALLERGY_CLASS, name, ""} }
func shots(routes ...string) []string { return routes }

// seedGiven are given in the office. Their codes are those of the stock.
var seedGiven = []drug{
	{code: "VAX-FLU", name: "Influenza vaccine, quadrivalent", form: "suspension for injection", perUnit: "dose", routes: shots("IM"), most: 1, billing: "ADM-VAX", cvx: "158", sheet: "2021-08-06", observe: 15, links: []tie{class("Influenza vaccines"), allergens("Egg protein")}},
	{code: "VAX-TDAP", name: "Tdap vaccine", form: "suspension for injection", perUnit: "dose", routes: shots("IM"), most: 1, billing: "ADM-VAX", cvx: "115", sheet: "2021-08-06", observe: 15, links: []tie{class("Tetanus vaccines")}},
	{code: "VAX-MMR", name: "Measles, mumps and rubella vaccine", form: "powder for injection", perUnit: "dose", routes: shots("SC", "IM"), most: 1, billing: "ADM-VAX", cvx: "03", sheet: "2021-08-06", observe: 15, links: []tie{class("Measles vaccines"), of("Gelatin", ""), of("Neomycin", "7299")}},
	{code: "VAX-HEPB", name: "Hepatitis B vaccine, adult", form: "suspension for injection", perUnit: "dose", routes: shots("IM"), most: 1, billing: "ADM-VAX", cvx: "43", sheet: "2023-05-12", observe: 15, links: []tie{class("Hepatitis B vaccines"), allergens("Yeast")}},
	{code: "VAX-PCV20", name: "Pneumococcal conjugate vaccine, 20-valent", form: "suspension for injection", perUnit: "dose", routes: shots("IM"), most: 1, billing: "ADM-VAX", cvx: "216", sheet: "2023-05-12", observe: 15, links: []tie{class("Pneumococcal vaccines")}},
	{code: "VAX-HPV9", name: "Human papillomavirus vaccine, 9-valent", form: "suspension for injection", perUnit: "dose", routes: shots("IM"), most: 1, billing: "ADM-VAX", cvx: "165", sheet: "2021-08-06", observe: 15, links: []tie{class("HPV vaccines"), allergens("Yeast")}},
	{code: "VAX-DTAP", name: "DTaP vaccine, pediatric", form: "suspension for injection", perUnit: "dose", routes: shots("IM"), most: 1, billing: "ADM-VAX", cvx: "20", sheet: "2021-08-06", observe: 15, links: []tie{class("Tetanus vaccines")}},
	{code: "RX-B12", name: "Cyanocobalamin 1000 mcg/mL", form: "solution for injection", strength: 1000, strengthUnit: "mcg", perUnit: "mL", routes: shots("IM", "SC"), most: 1000, billing: "J3420", links: []tie{of("Cyanocobalamin", "2997")}},
	{code: "RX-KETOROLAC30", name: "Ketorolac 30 mg/mL", form: "solution for injection", strength: 30, strengthUnit: "mg", perUnit: "mL", routes: shots("IM", "IV"), most: 60, billing: "J1885", observe: 15, links: []tie{of("Ketorolac", "35827"), class("NSAID"), allergens("NSAIDs")}},
	{code: "RX-CEFTRIAXONE1G", name: "Ceftriaxone 1 g", form: "powder for injection", strength: 1, strengthUnit: "g", perUnit: "vial", routes: shots("IM", "IV"), most: 2, billing: "J0696", observe: 20, links: []tie{of("Ceftriaxone", "2193"), class("Cephalosporins"), allergens("Beta-lactams")}},
	{code: "RX-DEXAMETHASONE4", name: "Dexamethasone 4 mg/mL", form: "solution for injection", strength: 4, strengthUnit: "mg", perUnit: "mL", routes: shots("IM", "IV", "ORAL"), most: 16, billing: "J1100", links: []tie{of("Dexamethasone", "3264"), class("Corticosteroids")}},
	{code: "RX-METHYLPRED40", name: "Methylprednisolone acetate 40 mg/mL", form: "suspension for injection", strength: 40, strengthUnit: "mg", perUnit: "mL", routes: shots("IM", "INTRA-ARTICULAR"), most: 120, billing: "J1030", links: []tie{of("Methylprednisolone", "6902"), class("Corticosteroids")}},
	{code: "RX-LIDOCAINE1", name: "Lidocaine 1 %", form: "solution for injection", strength: 10, strengthUnit: "mg", perUnit: "mL", routes: shots("SC", "INFILTRATION"), most: 300, links: []tie{of("Lidocaine", "6387"), class("Local anesthetics"), allergens("Amide anesthetics")}},
	{code: "RX-EPINEPHRINE1", name: "Epinephrine 1 mg/mL", form: "solution for injection", strength: 1, strengthUnit: "mg", perUnit: "mL", routes: shots("IM", "SC"), most: 0.5, observe: 30, links: []tie{of("Epinephrine", "3992")}},
	{code: "RX-DIPHENHYDRAMINE50", name: "Diphenhydramine 50 mg/mL", form: "solution for injection", strength: 50, strengthUnit: "mg", perUnit: "mL", routes: shots("IM", "IV"), most: 100, links: []tie{of("Diphenhydramine", "3498"), class("Antihistamines")}},
	{code: "RX-ONDANSETRON4", name: "Ondansetron 4 mg", form: "dissolving tablet", strength: 4, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 8, links: []tie{of("Ondansetron", "26225"), class("Antiemetics")}},
	{code: "RX-ALBUTEROL-NEB", name: "Albuterol 2.5 mg/3 mL", form: "solution for inhalation", strength: 2.5, strengthUnit: "mg", perUnit: "mL", per: 3, contents: 3, routes: shots("INHALED"), most: 5, observe: 15, links: []tie{of("Albuterol", "435"), class("Beta-2 agonists")}},
	{code: "RX-ACETAMINOPHEN500", name: "Acetaminophen 500 mg", form: "tablet", strength: 500, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 1000, links: []tie{of("Acetaminophen", "161"), class("Analgesics")}},
	{code: "RX-IBUPROFEN200", name: "Ibuprofen 200 mg", form: "tablet", strength: 200, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 800, links: []tie{of("Ibuprofen", "5640"), class("NSAID"), allergens("NSAIDs")}},
	{code: "RX-MEDROXYPROGESTERONE150", name: "Medroxyprogesterone 150 mg/mL", form: "suspension for injection", strength: 150, strengthUnit: "mg", perUnit: "mL", routes: shots("IM"), most: 150, billing: "J1050", links: []tie{of("Medroxyprogesterone", "6691"), class("Progestins")}},
	{code: "RX-MORPHINE10", name: "Morphine 10 mg/mL", form: "solution for injection", strength: 10, strengthUnit: "mg", perUnit: "mL", routes: shots("IM", "IV", "SC"), most: 15, observe: 30, schedule: medication.ScheduleCII, links: []tie{of("Morphine", "7052"), class("Opioids"), allergens("Phenanthrene opioids")}},
	{code: "RX-MIDAZOLAM5", name: "Midazolam 5 mg/mL", form: "solution for injection", strength: 5, strengthUnit: "mg", perUnit: "mL", routes: shots("IM", "IV"), most: 10, observe: 30, schedule: medication.ScheduleCIV, links: []tie{of("Midazolam", "6960"), class("Benzodiazepines")}},
}

// seedPrescribed are got from a pharmacy.
var seedPrescribed = []drug{
	{code: "PX-AMOXICILLIN500", name: "Amoxicillin 500 mg", form: "capsule", strength: 500, strengthUnit: "mg", perUnit: "capsule", routes: shots("ORAL"), most: 1000, links: []tie{of("Amoxicillin", "723"), class("Penicillins"), allergens("Penicillin"), allergens("Beta-lactams")}},
	{code: "PX-PENICILLINV500", name: "Penicillin V 500 mg", form: "tablet", strength: 500, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 1000, links: []tie{of("Penicillin V", "7984"), class("Penicillins"), allergens("Penicillin"), allergens("Beta-lactams")}},
	{code: "PX-CEPHALEXIN500", name: "Cephalexin 500 mg", form: "capsule", strength: 500, strengthUnit: "mg", perUnit: "capsule", routes: shots("ORAL"), most: 1000, links: []tie{of("Cephalexin", "2231"), class("Cephalosporins"), allergens("Beta-lactams")}},
	{code: "PX-AZITHROMYCIN250", name: "Azithromycin 250 mg", form: "tablet", strength: 250, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 500, links: []tie{of("Azithromycin", "18631"), class("Macrolides"), allergens("Macrolides")}},
	{code: "PX-DOXYCYCLINE100", name: "Doxycycline 100 mg", form: "capsule", strength: 100, strengthUnit: "mg", perUnit: "capsule", routes: shots("ORAL"), most: 200, links: []tie{of("Doxycycline", "3640"), class("Tetracyclines"), allergens("Tetracyclines")}},
	{code: "PX-SMXTMP", name: "Sulfamethoxazole 800 mg and trimethoprim 160 mg", form: "tablet", perUnit: "tablet", routes: shots("ORAL"), most: 2, links: []tie{of("Sulfamethoxazole", "10180"), of("Trimethoprim", "10829"), class("Sulfonamides"), allergens("Sulfonamide antibiotics")}},
	{code: "PX-LISINOPRIL10", name: "Lisinopril 10 mg", form: "tablet", strength: 10, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 40, links: []tie{of("Lisinopril", "29046"), class("ACE inhibitors"), allergens("ACE inhibitors")}},
	{code: "PX-LOSARTAN50", name: "Losartan 50 mg", form: "tablet", strength: 50, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 100, links: []tie{of("Losartan", "52175"), class("Angiotensin receptor blockers")}},
	{code: "PX-AMLODIPINE5", name: "Amlodipine 5 mg", form: "tablet", strength: 5, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 10, links: []tie{of("Amlodipine", "17767"), class("Calcium channel blockers")}},
	{code: "PX-METOPROLOL50", name: "Metoprolol 50 mg", form: "tablet", strength: 50, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 200, links: []tie{of("Metoprolol", "6918"), class("Beta blockers")}},
	{code: "PX-HCTZ25", name: "Hydrochlorothiazide 25 mg", form: "tablet", strength: 25, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 50, links: []tie{of("Hydrochlorothiazide", "5487"), class("Thiazides")}},
	{code: "PX-ATORVASTATIN20", name: "Atorvastatin 20 mg", form: "tablet", strength: 20, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 80, links: []tie{of("Atorvastatin", "83367"), class("Statins")}},
	{code: "PX-METFORMIN500", name: "Metformin 500 mg", form: "tablet", strength: 500, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 1000, links: []tie{of("Metformin", "6809"), class("Biguanides")}},
	{code: "PX-LEVOTHYROXINE50", name: "Levothyroxine 50 mcg", form: "tablet", strength: 50, strengthUnit: "mcg", perUnit: "tablet", routes: shots("ORAL"), most: 300, links: []tie{of("Levothyroxine", "10582"), class("Thyroid hormones")}},
	{code: "PX-OMEPRAZOLE20", name: "Omeprazole 20 mg", form: "capsule", strength: 20, strengthUnit: "mg", perUnit: "capsule", routes: shots("ORAL"), most: 40, links: []tie{of("Omeprazole", "7646"), class("Proton pump inhibitors")}},
	{code: "PX-SERTRALINE50", name: "Sertraline 50 mg", form: "tablet", strength: 50, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 200, links: []tie{of("Sertraline", "36437"), class("SSRI")}},
	{code: "PX-ALBUTEROL-MDI", name: "Albuterol 90 mcg inhaler", form: "inhaler", strength: 90, strengthUnit: "mcg", perUnit: "puff", routes: shots("INHALED"), most: 180, links: []tie{of("Albuterol", "435"), class("Beta-2 agonists")}},
	{code: "PX-PREDNISONE20", name: "Prednisone 20 mg", form: "tablet", strength: 20, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 60, links: []tie{of("Prednisone", "8640"), class("Corticosteroids")}},
	{code: "PX-ASPIRIN81", name: "Aspirin 81 mg", form: "tablet", strength: 81, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 325, links: []tie{of("Aspirin", "1191"), class("Antiplatelets"), allergens("NSAIDs")}},
	{code: "PX-NAPROXEN500", name: "Naproxen 500 mg", form: "tablet", strength: 500, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 500, links: []tie{of("Naproxen", "7258"), class("NSAID"), allergens("NSAIDs")}},
	{code: "PX-CETIRIZINE10", name: "Cetirizine 10 mg", form: "tablet", strength: 10, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 10, links: []tie{of("Cetirizine", "20610"), class("Antihistamines")}},
	{code: "PX-CODEINE-APAP", name: "Acetaminophen 300 mg and codeine 30 mg", form: "tablet", perUnit: "tablet", routes: shots("ORAL"), most: 2, schedule: medication.ScheduleCIII, links: []tie{of("Acetaminophen", "161"), of("Codeine", "2670"), class("Opioids"), allergens("Phenanthrene opioids")}},
	{code: "PX-LORAZEPAM1", name: "Lorazepam 1 mg", form: "tablet", strength: 1, strengthUnit: "mg", perUnit: "tablet", routes: shots("ORAL"), most: 4, schedule: medication.ScheduleCIV, links: []tie{of("Lorazepam", "6470"), class("Benzodiazepines")}},
}
