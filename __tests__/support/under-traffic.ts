import { expect } from "@jest/globals";
import type { PipelineAccess } from "../../tools/verify/pipeline-access";
import { type RunResult, VerificationRun } from "../../tools/verify/run";
import { until } from "./until";

/** Sends orders before, during and after a fault, and says what became of their lines. */
export async function surviving(access: PipelineAccess, fault: () => Promise<void>): Promise<RunResult> {
  const run = await VerificationRun.begin(access, { patienceMs: 240_000, say: () => undefined });
  let faultIsOver = false;
  await run.traffic.sendDuring(
    20,
    (async () => {
      await until("traffic flows", async () => run.traffic.sent.length >= 40);
      await fault();
      faultIsOver = true;
      const sent = run.traffic.sent.length;
      await until("traffic flowed on", async () => run.traffic.sent.length >= sent + 40);
    })(),
  );
  expect(faultIsOver).toBe(true);
  expect(run.traffic.sent.filter((request) => request.status === 0)).toEqual([]);
  return run.settle();
}

export function expectNothingMissing(result: RunResult): void {
  expect(result.account.written).toBeGreaterThan(200);
  expect(result.account.lost).toEqual([]);
  expect(result.account.doubled).toEqual([]);
}
