import type { NetworkEndpoint } from "../kubernetes/network";

/** What a service needs to send its spans. It waits for nothing: without a collector spans are lost and nothing else. */
export interface TracingConnection {
  /** OTLP over HTTP. */
  readonly otlpEndpoint: string;
  /** What the service's pods must be let through to. @default nothing: Docker's networks know no policies */
  readonly endpoint?: NetworkEndpoint;
}
