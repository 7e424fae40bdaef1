import { describe, expect, test } from "@jest/globals";
import { ContainerImage } from "../../../constructs/core/container-image";
import { Duration } from "../../../constructs/core/duration";
import { Size } from "../../../constructs/core/size";
import { ConfigurationError, isDnsLabel, Problems } from "../../../constructs/core/validation";

describe("Duration", () => {
  test.each([
    [Duration.milliseconds(0), "0ms", 0],
    [Duration.milliseconds(999), "999ms", 999],
    [Duration.milliseconds(1500), "1500ms", 1500],
    [Duration.seconds(1), "1s", 1000],
    [Duration.seconds(59), "59s", 59_000],
    [Duration.seconds(60), "1m", 60_000],
    [Duration.seconds(61), "61s", 61_000],
    [Duration.minutes(59), "59m", 3_540_000],
    [Duration.minutes(60), "1h", 3_600_000],
    [Duration.hours(2), "2h", 7_200_000],
    [Duration.days(1), "24h", 86_400_000],
    [Duration.seconds(0.5), "500ms", 500],
  ])("%s is written %j, %d ms", (duration, text, ms) => {
    expect([duration.toString(), duration.toMilliseconds()]).toEqual([text, ms]);
  });

  test.each([
    [0, 0],
    [1, 1],
    [1000, 1],
    [1001, 2],
  ])("%d ms are %d whole seconds, never fewer than stated", (ms, seconds) => {
    expect(Duration.milliseconds(ms).toSeconds()).toBe(seconds);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d ms", (ms) => {
    expect(() => Duration.milliseconds(ms)).toThrow(
      new RangeError(`a duration must be a whole, non-negative number of milliseconds, not ${ms}`),
    );
  });
});

describe("Size", () => {
  test.each([
    [Size.bytes(0), "0 B", 0],
    [Size.bytes(1023), "1023 B", 1023],
    [Size.bytes(1024), "1 KiB", 1024],
    [Size.kibibytes(1023), "1023 KiB", 1_047_552],
    [Size.kibibytes(1024), "1 MiB", 1_048_576],
    [Size.mebibytes(1025), "1025 MiB", 1_074_790_400],
    [Size.gibibytes(4), "4 GiB", 4_294_967_296],
    [Size.gibibytes(1.5), "1536 MiB", 1_610_612_736],
    [Size.sum([Size.mebibytes(1), Size.kibibytes(1)]), "1025 KiB", 1_049_600],
    [Size.sum([]), "0 B", 0],
  ])("%s is written %j, %d bytes", (size, text, bytes) => {
    expect([size.toString(), size.toBytes()]).toEqual([text, bytes]);
  });

  test("whole mebibytes are rounded up, a share of a size is rounded down", () => {
    expect(Size.bytes(1_048_576).toMebibytes()).toBe(1);
    expect(Size.bytes(1_048_577).toMebibytes()).toBe(2);
    expect(Size.mebibytes(5).times(0.5).toString()).toBe("2 MiB");
    expect(Size.mebibytes(64).times(3).toString()).toBe("192 MiB");
  });

  test.each([-1, 0.5, Number.NaN])("refuses %d bytes", (bytes) => {
    expect(() => Size.bytes(bytes)).toThrow(
      new RangeError(`a size must be a whole, non-negative number of bytes, not ${bytes}`),
    );
  });
});

describe("ContainerImage", () => {
  const digest = `@sha256:${"0a".repeat(32)}`;

  test.each([
    "kafka:4.3.0",
    "apache/kafka:4.3.0",
    "localhost:5000/kafka:4.3.0",
    "registry.example.com:443/team/kafka:4.3.0-rc.1_x",
    "app:latest-1",
    `app${digest}`,
    `app:1.0${digest}`,
    `localhost:5000/app${digest}`,
  ])("takes %s", (reference) => {
    expect(ContainerImage.of(reference).reference).toBe(reference);
    expect(ContainerImage.of(reference).toString()).toBe(reference);
  });

  test.each([
    ["no tag", "kafka"],
    ["the registry's port is no tag", "localhost:5000/kafka"],
    ["latest", "kafka:latest"],
    ["latest behind a port", "localhost:5000/kafka:latest"],
    ["latest beside a digest", `kafka:latest${digest}`],
    ["an empty tag", "kafka:"],
    ["a digest that is too short", `kafka${digest.slice(0, -1)}`],
    ["a digest that is too long", `kafka${digest}0`],
    ["upper case", "Kafka:1.0"],
    ["blanks", "kafka:1.0 "],
    ["nothing", ""],
  ])("refuses %s", (_, reference) => {
    expect(() => ContainerImage.of(reference)).toThrow(
      new ConfigurationError([
        `image '${reference}' names no exact version: give a tag other than 'latest', or a digest`,
      ]),
    );
  });
});

describe("problems", () => {
  test("collects what does not hold, in order, and throws all of it at once", () => {
    const problems = new Problems().require(false, "first").require(true, "not this").add(["second", "third"]);
    expect(problems.list()).toEqual(["first", "second", "third"]);
    expect(() => problems.throwIfAny()).toThrow(new ConfigurationError(["first", "second", "third"]));
  });

  test("is silent when everything holds, and hands out copies", () => {
    const problems = new Problems().require(true, "not this");
    problems.throwIfAny();
    problems.list().push("from outside");
    expect(problems.list()).toEqual([]);
  });

  test("one problem is a sentence, several are a list", () => {
    expect(new ConfigurationError(["only"]).message).toBe("only");
    expect(new ConfigurationError(["one", "two"])).toMatchObject({
      name: "ConfigurationError",
      message: "- one\n- two",
      problems: ["one", "two"],
    });
  });
});

test.each([
  ["a", true],
  ["a1-b", true],
  ["a".repeat(63), true],
  ["a".repeat(64), false],
  ["", false],
  ["1a", false],
  ["-a", false],
  ["a-", false],
  ["A", false],
  ["a.b", false],
  ["a_b", false],
  ["a\n", false],
])("isDnsLabel(%j) is %s", (name, expected) => {
  expect(isDnsLabel(name)).toBe(expected);
});
