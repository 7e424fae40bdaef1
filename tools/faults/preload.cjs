// Preloaded into a consumer: its wall clock is as many milliseconds off as the file CLOCK_FILE says, and it ends with its
// parent, however that ends.
const { readFileSync } = require("node:fs");
const { setInterval } = require("node:timers");
const RealDate = Date;
const now = RealDate.now;
const parent = process.ppid;
let shift = 0;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
  try {
    shift = Number(readFileSync(process.env.CLOCK_FILE, "utf8")) || 0;
  } catch {
    shift = 0;
  }
}, 200).unref();
globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now() + shift);
    else super(...args);
  }
  static now() {
    return now() + shift;
  }
};
