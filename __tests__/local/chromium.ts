import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { ensurePackages } from "../../tools/host/debian";
import { exec, hasProgram } from "../../tools/lib/exec";

/** What a browser made of a file. */
export interface Opened {
  /** How many charts have something drawn in them. */
  readonly charts: number;
  /** The text that is shown. */
  readonly text: string;
  /** The colour behind it. */
  readonly background: string;
  /** Errors and warnings of its console, and what its programs threw. */
  readonly complaints: readonly string[];
  /** Every address that was asked for. */
  readonly requests: readonly string[];
  /** Whether a script of a log line has run. */
  readonly pwned: boolean;
  readonly scripts: number;
  /** How many elements there are that only a log line could have brought along. */
  readonly foreign: number;
}

/** A real browser, which is installed where it is missing. */
export async function openBrowser(): Promise<Browser> {
  const missing = (await hasProgram("chromium")) ? [] : ["chromium"];
  await ensurePackages(missing, "pages are opened with", (line) => void process.stderr.write(`${line}\n`));
  const path = (await exec("/bin/sh", ["-c", "command -v chromium"])).stdout.trim();
  return chromium.launch({ executablePath: path, args: FLAGS });
}

export async function open(browser: Browser, file: string, colorScheme: "light" | "dark"): Promise<Opened> {
  const page = await browser.newPage({ colorScheme });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => complaints.push(`a dialog: ${dialog.message()}`)));
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  // What a person does: looks at each chart, and opens each table.
  for (const chart of await page.locator("[data-chart]").all()) await chart.hover();
  for (const summary of await page.locator("section summary").all()) await summary.click();
  const seen = {
    charts: await page.locator("[data-chart]:has(svg path)").count(),
    text: await page.locator("body").innerText(),
    background: String(await page.evaluate("getComputedStyle(document.body).backgroundColor")),
    pwned: (await page.evaluate("'pwned' in window")) === true,
    scripts: await page.locator("script").count(),
    foreign: await page.locator("img, iframe, b").count(),
  };
  await page.close();
  return { ...seen, complaints, requests };
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
