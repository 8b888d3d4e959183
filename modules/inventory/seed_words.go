package inventory

import "medoffice/ent/item"

var seedSuppliers = []struct{ name, email, account string }{
	{"Lakeland Medical Supply", "orders@lakeland.example", "RFM-2041"},
	{"Northbridge Vaccines", "desk@northbridge.example", "77120"},
	{"Calder & Finch Pharma", "sales@calderfinch.example", "C-5518"},
}

var seedMakers = []string{"Aldane Labs", "Brevinor", "Castellan Bio", "Dorsey Pharma", "Elmgate"}

var seedPlaces = []struct{ name, kind string }{
	{"Medication cabinet", "CABINET"}, {"Vaccine fridge", "FRIDGE"}, {"Supply shelf", "SHELF"}, {"Controlled safe", "SAFE"},
}

const (
	cabinet = iota
	fridge
	supplies
	safe
)

// seedGoods have codes that other modules of the demo office refer to.
var seedGoods = []goods{
	{code: "VAX-FLU", name: "Influenza vaccine, quadrivalent", ndc: "99501-101-10", unit: "dose", pack: "vial of 10 doses", kind: item.KindVACCINE, place: fridge, size: 10, container: 10, hours: 28 * 24, minimum: 40, maximum: 120, price: 18900},
	{code: "VAX-TDAP", name: "Tdap vaccine", ndc: "99501-102-05", unit: "dose", pack: "box of 10 syringes", kind: item.KindVACCINE, place: fridge, size: 10, minimum: 10, maximum: 30, price: 41500},
	{code: "VAX-MMR", name: "Measles, mumps and rubella vaccine", ndc: "99501-103-10", unit: "dose", pack: "box of 10 vials", kind: item.KindVACCINE, place: fridge, size: 10, minimum: 10, maximum: 30, price: 84200},
	{code: "VAX-HEPB", name: "Hepatitis B vaccine, adult", ndc: "99501-104-10", unit: "dose", pack: "box of 10 vials", kind: item.KindVACCINE, place: fridge, size: 10, minimum: 10, maximum: 30, price: 62000},
	{code: "VAX-PCV20", name: "Pneumococcal conjugate vaccine, 20-valent", ndc: "99501-105-10", unit: "dose", pack: "box of 10 syringes", kind: item.KindVACCINE, place: fridge, size: 10, minimum: 10, maximum: 20, price: 238000},
	{code: "VAX-HPV9", name: "Human papillomavirus vaccine, 9-valent", ndc: "99501-106-10", unit: "dose", pack: "box of 10 syringes", kind: item.KindVACCINE, place: fridge, size: 10, minimum: 10, maximum: 20, price: 254000},
	{code: "VAX-DTAP", name: "DTaP vaccine, pediatric", ndc: "99501-107-10", unit: "dose", pack: "box of 10 vials", kind: item.KindVACCINE, place: fridge, size: 10, minimum: 10, maximum: 30, price: 29800},
	{code: "RX-B12", name: "Cyanocobalamin 1000 mcg/mL, 1 mL", ndc: "99502-201-25", unit: "vial", pack: "box of 25 vials", kind: item.KindDRUG, place: cabinet, size: 25, minimum: 15, maximum: 50, price: 6400},
	{code: "RX-KETOROLAC30", name: "Ketorolac 30 mg/mL, 1 mL", ndc: "99502-202-25", unit: "vial", pack: "box of 25 vials", kind: item.KindDRUG, place: cabinet, size: 25, minimum: 10, maximum: 50, price: 5200},
	{code: "RX-CEFTRIAXONE1G", name: "Ceftriaxone 1 g powder", ndc: "99502-203-10", unit: "vial", pack: "box of 10 vials", kind: item.KindDRUG, place: cabinet, size: 10, minimum: 10, maximum: 30, price: 4800},
	{code: "RX-DEXAMETHASONE4", name: "Dexamethasone 4 mg/mL, 1 mL", ndc: "99502-204-25", unit: "vial", pack: "box of 25 vials", kind: item.KindDRUG, place: cabinet, size: 25, minimum: 10, maximum: 50, price: 3900},
	{code: "RX-METHYLPRED40", name: "Methylprednisolone acetate 40 mg/mL, 1 mL", ndc: "99502-205-25", unit: "vial", pack: "box of 25 vials", kind: item.KindDRUG, place: cabinet, size: 25, minimum: 10, maximum: 25, price: 18700},
	{code: "RX-LIDOCAINE1", name: "Lidocaine 1 %, 20 mL vial", ndc: "99502-206-01", unit: "mL", pack: "vial of 20 mL", kind: item.KindDRUG, place: cabinet, size: 20, container: 20, hours: 28 * 24, minimum: 60, maximum: 200, price: 480},
	{code: "RX-EPINEPHRINE1", name: "Epinephrine 1 mg/mL, 1 mL", ndc: "99502-207-10", unit: "ampule", pack: "box of 10 ampules", kind: item.KindDRUG, place: cabinet, size: 10, minimum: 5, maximum: 20, price: 11200},
	{code: "RX-DIPHENHYDRAMINE50", name: "Diphenhydramine 50 mg/mL, 1 mL", ndc: "99502-208-25", unit: "vial", pack: "box of 25 vials", kind: item.KindDRUG, place: cabinet, size: 25, minimum: 10, maximum: 25, price: 4100},
	{code: "RX-ONDANSETRON4", name: "Ondansetron 4 mg, dissolving tablet", ndc: "99502-209-30", unit: "tablet", pack: "box of 30", kind: item.KindDRUG, place: cabinet, size: 30, minimum: 20, maximum: 60, price: 1900},
	{code: "RX-ALBUTEROL-NEB", name: "Albuterol 2.5 mg/3 mL for inhalation", ndc: "99502-210-25", unit: "ampule", pack: "box of 25", kind: item.KindDRUG, place: cabinet, size: 25, minimum: 15, maximum: 50, price: 1300},
	{code: "RX-ACETAMINOPHEN500", name: "Acetaminophen 500 mg", ndc: "99502-211-00", unit: "tablet", pack: "bottle of 100", kind: item.KindDRUG, place: cabinet, size: 100, minimum: 50, maximum: 200, price: 600},
	{code: "RX-IBUPROFEN200", name: "Ibuprofen 200 mg", ndc: "99502-212-00", unit: "tablet", pack: "bottle of 100", kind: item.KindDRUG, place: cabinet, size: 100, minimum: 50, maximum: 200, price: 700},
	{code: "RX-MEDROXYPROGESTERONE150", name: "Medroxyprogesterone 150 mg/mL, 1 mL", ndc: "99502-213-01", unit: "vial", pack: "vial", kind: item.KindDRUG, place: cabinet, size: 1, minimum: 6, maximum: 12, price: 4500},
	{code: "RX-MORPHINE10", name: "Morphine 10 mg/mL, 1 mL", ndc: "99503-301-10", unit: "vial", pack: "box of 10 vials", kind: item.KindDRUG, place: safe, size: 10, minimum: 5, maximum: 20, controlled: true, price: 5600},
	{code: "RX-MIDAZOLAM5", name: "Midazolam 5 mg/mL, 1 mL", ndc: "99503-302-10", unit: "vial", pack: "box of 10 vials", kind: item.KindDRUG, place: safe, size: 10, minimum: 5, maximum: 20, controlled: true, price: 4700},
	{code: "SUP-GLOVES-M", name: "Nitrile gloves, medium", unit: "piece", pack: "box of 200", kind: item.KindSUPPLY, place: supplies, size: 200, minimum: 400, maximum: 2000, price: 1450},
	{code: "SUP-SYR-3ML", name: "Syringe 3 mL", unit: "piece", pack: "box of 100", kind: item.KindSUPPLY, place: supplies, size: 100, minimum: 100, maximum: 500, price: 1100},
	{code: "SUP-NEEDLE-25G", name: "Needle 25 G, 1 inch", unit: "piece", pack: "box of 100", kind: item.KindSUPPLY, place: supplies, size: 100, minimum: 100, maximum: 500, price: 900},
	{code: "SUP-ALCOHOL-PAD", name: "Alcohol pad", unit: "piece", pack: "box of 200", kind: item.KindSUPPLY, place: supplies, size: 200, minimum: 200, maximum: 1000, price: 450},
	{code: "SUP-GAUZE4", name: "Gauze sponge 4 x 4, sterile", unit: "piece", pack: "box of 50", kind: item.KindSUPPLY, place: supplies, size: 50, minimum: 100, maximum: 300, price: 800},
	{code: "SUP-BANDAGE", name: "Adhesive bandage", unit: "piece", pack: "box of 100", kind: item.KindSUPPLY, place: supplies, size: 100, minimum: 100, maximum: 400, price: 380},
	{code: "SUP-SUTURE-4-0", name: "Nylon suture 4-0", unit: "piece", pack: "box of 12", kind: item.KindSUPPLY, place: supplies, size: 12, minimum: 12, maximum: 36, price: 3200},
	{code: "SUP-GOWN", name: "Exam gown, paper", unit: "piece", pack: "case of 50", kind: item.KindSUPPLY, place: supplies, size: 50, minimum: 50, maximum: 200, price: 2600},
	{code: "SUP-SPECULUM-M", name: "Speculum, medium, single use", unit: "piece", pack: "box of 25", kind: item.KindSUPPLY, place: supplies, size: 25, minimum: 25, maximum: 75, price: 3300},
	{code: "SUP-PAP-VIAL", name: "Liquid cytology vial", unit: "piece", pack: "box of 25", kind: item.KindSUPPLY, place: supplies, size: 25, minimum: 25, maximum: 75, price: 8800},
	{code: "REA-STREP", name: "Rapid strep A test", unit: "test", pack: "kit of 25", kind: item.KindREAGENT, place: supplies, size: 25, minimum: 25, maximum: 75, price: 6100},
	{code: "REA-FLU-AB", name: "Rapid influenza A and B test", unit: "test", pack: "kit of 25", kind: item.KindREAGENT, place: supplies, size: 25, minimum: 25, maximum: 75, price: 23000},
	{code: "REA-HCG", name: "Urine pregnancy test", unit: "test", pack: "box of 25", kind: item.KindREAGENT, place: supplies, size: 25, minimum: 25, maximum: 50, price: 1800},
	{code: "REA-GLUCOSE", name: "Glucose test strip", unit: "strip", pack: "vial of 50", kind: item.KindREAGENT, place: supplies, size: 50, minimum: 50, maximum: 200, price: 2400},
	{code: "DEV-NEBULIZER", name: "Nebulizer set", unit: "piece", pack: "case of 10", kind: item.KindDEVICE, place: supplies, size: 10, minimum: 5, maximum: 20, price: 2900},
}

type kitPart struct {
	code  string
	units int64
}

var seedKits = []struct {
	code, name, visitType string
	parts                 []kitPart
}{
	{"KIT-INJECTION", "Injection set", "Nurse visit", []kitPart{{"SUP-GLOVES-M", 2}, {"SUP-SYR-3ML", 1}, {"SUP-NEEDLE-25G", 1}, {"SUP-ALCOHOL-PAD", 2}, {"SUP-BANDAGE", 1}}},
	{"KIT-SUTURE", "Laceration repair tray", "Procedure", []kitPart{{"SUP-GLOVES-M", 4}, {"SUP-SUTURE-4-0", 1}, {"SUP-GAUZE4", 6}, {"RX-LIDOCAINE1", 5}, {"SUP-SYR-3ML", 1}, {"SUP-NEEDLE-25G", 2}}},
	{"KIT-PAP", "Pap smear set-up", "Annual check-up", []kitPart{{"SUP-GLOVES-M", 2}, {"SUP-SPECULUM-M", 1}, {"SUP-PAP-VIAL", 1}, {"SUP-GOWN", 1}}},
}
