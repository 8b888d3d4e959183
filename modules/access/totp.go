package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The codes are those of RFC 6238 in the form that all programs for telephones
// know: HMAC-SHA-1, six digits, thirty seconds. Why it is written here and not
// taken from a library stands in modules/README.md.
const (
	codeDigits    = 6
	codeSeconds   = 30
	codeDrift     = 1  // steps before and after now whose codes count too
	codeKey       = 20 // bytes, as RFC 4226 advises
	recoveryCodes = 10
	recoveryRunes = 16 // of base32: 80 bits
)

// codeAt is the code of a step, the number of half minutes since 1970.
func codeAt(key []byte, step int64) string {
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, step) // a hash takes everything
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[from:]) & 0x7fff_ffff
	return fmt.Sprintf("%0*d", codeDigits, n%1_000_000)
}

// stepOf finds the step whose code this is, around now and after the last one
// that counted: a code counts once.
func stepOf(key []byte, code string, now time.Time, last int64) (step int64, found bool) {
	at := now.Unix() / codeSeconds
	for s := at - codeDrift; s <= at+codeDrift; s++ {
		if subtle.ConstantTimeCompare([]byte(codeAt(key, s)), []byte(code)) == 1 && s > last {
			step, found = s, true
		}
	}
	return step, found
}

// codeForm takes out what people write between the signs of a code.
func codeForm(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(cut(code, 100)))
}

// codeURI returns what a program needs to make the codes (the otpauth URI of Google
// Authenticator, which the others read too).
func codeURI(key []byte, office, username string) string {
	values := url.Values{
		"secret": {base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(key)}, "issuer": {office},
		"algorithm": {"SHA1"}, "digits": {fmt.Sprint(codeDigits)}, "period": {fmt.Sprint(codeSeconds)},
	}
	u := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/" + office + ":" + username,
		// Some programs do not read + as a space.
		RawQuery: strings.ReplaceAll(values.Encode(), "+", "%20"),
	}
	return u.String()
}

// newRecovery makes the codes for the day on which the program is lost, and
// the form in which they are stored.
func newRecovery() (codes []string, stored string) {
	hashes := make([]string, recoveryCodes)
	for i := range recoveryCodes {
		text := rand.Text()[:recoveryRunes]
		hashes[i] = hashRecovery(text)
		parts := slices.Collect(slices.Chunk([]byte(text), 4))
		codes = append(codes, fmt.Sprintf("%s-%s-%s-%s", parts[0], parts[1], parts[2], parts[3]))
	}
	return codes, strings.Join(hashes, " ")
}

func hashRecovery(code string) string {
	sum := sha256.Sum256([]byte("medoffice recovery " + code))
	return hex.EncodeToString(sum[:])
}

// spendRecovery returns the stored codes without the given one.
func spendRecovery(stored, code string) (left string, found bool) {
	hashes := strings.Fields(stored)
	hash := hashRecovery(code)
	i := slices.IndexFunc(hashes, func(h string) bool { return subtle.ConstantTimeCompare([]byte(h), []byte(hash)) == 1 })
	if i < 0 {
		return stored, false
	}
	return strings.Join(slices.Delete(hashes, i, i+1), " "), true
}
