package visits

// reasons are why invented patients come, and what was written afterwards.
var reasons = []struct{ text, note string }{
	{"Annual check-up", "Feels well. Examination without findings. Screening up to date, vaccines reviewed. Next check-up in a year."},
	{"Blood pressure check", "Takes the tablets as agreed. No headaches, no dizziness. Pressure within the target. Continue, control in three months."},
	{"Cough for a week", "Dry cough, no fever, lungs clear. Viral infection likely. Fluids and rest, come back if breathing gets harder."},
	{"Sore throat", "Throat red, no exudate, nodes small. Rapid strep test negative. Lozenges, paracetamol as needed."},
	{"Back pain", "Low back pain after lifting, no weakness, reflexes normal. Keep moving, warmth, ibuprofen for five days."},
	{"Diabetes follow-up", "Sugar diary reviewed, feet without wounds, pulses good. HbA1c ordered. Diet discussed once more."},
	{"Knee pain", "Right knee swollen after sports, stable, full range. Ice, rest, physiotherapy. X-ray if no better in two weeks."},
	{"Skin rash", "Itching rash on both arms since using a new soap. Contact dermatitis. Hydrocortisone cream, change of soap."},
	{"Headache", "Tension type, no warning signs, neurological examination normal. Headache diary, breaks at the screen."},
	{"Medication refill", "No side effects, doses confirmed, list brought up to date. Prescriptions renewed for three months."},
	{"Influenza vaccine", "No fever, no egg allergy, informed about reactions. Given in the left upper arm, tolerated well."},
	{"Ear pain", "Eardrum red and bulging on the left, hearing a little dull. Otitis media. Amoxicillin for seven days."},
	{"Trouble sleeping", "Wakes at three in the morning, worries about work. Sleep hygiene explained, follow-up in four weeks."},
	{"Wound check", "Stitches dry, edges closed, no redness. Removed without trouble. Scar care explained."},
	{"Stomach pain", "Burning after meals, no alarm signs, abdomen soft. Trial of omeprazole for four weeks, less coffee."},
	{"Results review", "Laboratory results discussed, cholesterol a little high. Diet and movement first, control in six months."},
}

// kinds are the kinds of visits an invented office has, with what is prepared.
var kinds = []struct {
	name      string
	minutes   int
	checklist []string
}{
	{"Office visit", 20, []string{Vitals, "Medication list", "Reason for visit"}},
	{"Annual check-up", 40, []string{Vitals, "Gown", "Screening questions", "Vaccine record"}},
	{"Procedure", 45, []string{Vitals, "Consent form", "Gown", "Tray kit", "Time-out"}},
	{"Nurse visit", 15, []string{Vitals, "Order checked"}},
	{"New patient", 40, []string{Vitals, "Medication list", "History form", "Privacy notice"}},
}
