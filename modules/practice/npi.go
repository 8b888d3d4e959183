package practice

// ValidNPI reports whether s is a National Provider Identifier: ten digits, the
// last a Luhn check over 80840 and the rest (45 CFR 162.406).
func ValidNPI(s string) bool {
	if len(s) != 10 {
		return false
	}
	sum := 24 // of the constant prefix 80840
	for i := range len(s) {
		d := int(s[i] - '0')
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
