import { isIP } from "node:net";

/** A caller's address. */
export interface ClientAddress {
  readonly address: string;
  /** False where more than a port was cut off: other addresses, or the zone of a link-local one. */
  readonly whole: boolean;
}

/**
 * The address of a caller as Go services log it: `r.RemoteAddr` (`203.0.113.7:39330`, `[2001:db8::2]:22222`), or the
 * header X-Forwarded-For, whose first address is the client's.
 *
 * @returns undefined if there is none that Elasticsearch takes
 */
export function readClientAddress(text: string): ClientAddress | undefined {
  const comma = text.indexOf(",");
  const first = (comma < 0 ? text : text.slice(0, Math.min(comma, 2 * LONGEST))).trim();
  if (first.length > LONGEST) return undefined;
  const host = withoutPort(first);
  const zone = host.indexOf("%");
  const address = zone < 0 ? host : host.slice(0, zone);
  return isIP(host) !== 0 && isIP(address) !== 0 ? { address, whole: comma < 0 && zone < 0 } : undefined;
}

/** Of an IPv6 address (45) with a zone, brackets and a port. */
const LONGEST = 80;

/** Whether an address is one that Elasticsearch takes as it is: it takes no zone (`fe80::1%eth0`), which Node.js does. */
export function isPlainAddress(text: string): boolean {
  return isPlainV4(text) || (text.length <= LONGEST && isIP(text) !== 0 && !text.includes("%"));
}

/** The common case: a loop over 15 characters costs a fraction of Node's regular expression. */
function isPlainV4(text: string): boolean {
  if (text.length > 15) return false;
  let octets = 0;
  let octet = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : DOT;
    if (code === DOT) {
      if (octet < 0 || octet > 255) return false;
      octets++;
      octet = -1;
    } else {
      // Who wrote a leading zero may have meant octal.
      if (code < ZERO || code > NINE || octet === 0) return false;
      octet = Math.max(octet, 0) * 10 + code - ZERO;
    }
  }
  return octets === 4;
}

const [DOT, ZERO, NINE] = [46, 48, 57] as const;

/** Unchanged if there is no port: an IPv6 address has one only behind brackets. */
function withoutPort(text: string): string {
  const [, v6, v4] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([^:]*):\d{1,5})$/.exec(text) ?? [];
  return v6 ?? v4 ?? text;
}
