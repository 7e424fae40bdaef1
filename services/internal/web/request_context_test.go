package web

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestClientIP(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	tests := map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"no proxy":                     {"203.0.113.9:1", nil, "203.0.113.9"},
		"a stranger is not believed":   {"203.0.113.9:1", []string{"198.51.100.1"}, "203.0.113.9"},
		"a proxy is believed":          {"10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1"},
		"the nearest stranger":         {"10.0.0.1:1", []string{"192.0.2.66, 198.51.100.1, 10.9.9.9"}, "198.51.100.1"},
		"several headers":              {"10.0.0.1:1", []string{"192.0.2.66", "198.51.100.1"}, "198.51.100.1"},
		"all are trusted":              {"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"rubbish ends the chain":       {"10.0.0.1:1", []string{"198.51.100.1, unknown, 10.0.0.2"}, "10.0.0.2"},
		"nothing but rubbish":          {"10.0.0.1:1", []string{"<script>"}, "10.0.0.1"},
		"ports and brackets":           {"[::1]:1", []string{"[2001:db8::1]:443"}, "2001:db8::1"},
		"brackets only":                {"[::1]:1", []string{"[2001:db8::1]"}, "2001:db8::1"},
		"IPv4 in IPv6":                 {"[::ffff:10.0.0.1]:1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		"zones do not reach the index": {"[fe80::1%eth0]:1", nil, "fe80::1"},
		"an endless chain":             {"10.0.0.1:1", []string{"192.0.2.66" + strings.Repeat(", 10.0.0.2", 100)}, "10.0.0.2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = test.peer
			r.Header["X-Forwarded-For"] = test.forwarded
			if got := clientIP(r, trusted); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestRequestID(t *testing.T) {
	for id, taken := range map[string]bool{
		"a": true, "7f3b-4.x:y_z": true, strings.Repeat("a", 128): true,
		"": false, "-a": false, "a b": false, "a\"b": false, "é": false, strings.Repeat("a", 129): false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set(HeaderRequestID, id)
		got := requestID(r)
		if (got == id) != taken || !saneRequestID.MatchString(got) {
			t.Errorf("%q became %q", id, got)
		}
	}
}
