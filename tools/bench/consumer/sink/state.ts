/** What the sink does until the next order. */
export interface SinkOrder {
  /** Measure how old each document is when it comes. */
  readonly ages: boolean;
  /** Keep the bodies of so many documents, for the bare loader. */
  readonly capture: number;
  /** Keep so many documents, to compare what contenders deliver. */
  readonly sample: number;
}

/** What came since the last order. */
export interface SinkState {
  readonly documents: number;
  readonly bytes: number;
  readonly requests: number;
  /** Of the first and the last bulk request, in ms since the epoch; 0 if there was none. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Evenly picked ages of documents, in ms. */
  readonly ages: readonly number[];
  readonly sample: readonly string[];
}
