package web

import (
	"crypto/rand"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Header names that carry a request's identity from service to service.
const (
	HeaderRequestID     = "X-Request-Id"
	HeaderForwardedFor  = "X-Forwarded-For"
	HeaderTraceID       = "X-Trace-Id"
	HeaderTraceResponse = "Traceresponse"
)

// Longer lists of proxies are a mistake or an attack; the nearest are the ones that can be trusted.
const maxForwardedHops = 32

var saneRequestID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`)

// requestID takes the caller's over, unless it could not be logged or searched for.
func requestID(r *http.Request) string {
	if id := r.Header.Get(HeaderRequestID); saneRequestID.MatchString(id) {
		return id
	}
	return rand.Text()
}

// clientIP is the nearest address in the chain of callers that is not a trusted proxy's.
func clientIP(r *http.Request, trusted []netip.Prefix) string {
	peer, ok := parseAddress(r.RemoteAddr)
	if !ok {
		return ""
	}
	client := peer
	hops := strings.Split(strings.Join(r.Header.Values(HeaderForwardedFor), ","), ",")
	for i, hop := range slices.Backward(hops) {
		if !contains(trusted, client) || len(hops)-i > maxForwardedHops {
			break
		}
		next, ok := parseAddress(strings.TrimSpace(hop))
		if !ok {
			break
		}
		client = next
	}
	return client.String()
}

// parseAddress takes an address with or without a port. Elasticsearch refuses zones, and 4-in-6 is the same client.
func parseAddress(text string) (netip.Addr, bool) {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone(""), true
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}, false
	}
	return address.Unmap().WithZone(""), true
}

func contains(networks []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}
