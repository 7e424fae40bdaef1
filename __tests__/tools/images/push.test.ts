import { expect, test } from "@jest/globals";
import { published, publishedIn } from "../../../images/image-set";
import { requireRegistry } from "../../../tools/images/push";
import { UserError } from "../../../tools/lib/user-error";
import { IMAGES } from "../../support/environments";

test.each(["registry.example.com", "registry.example.com:5000/team/logs", "127.0.0.1:5000"])(
  "%s is a registry",
  (name) => {
    expect(() => requireRegistry(name)).not.toThrow();
  },
);

test.each(["https://registry.example.com", "registry.example.com/", "Registry/team", "a b", ""])(
  "'%s' is none, which is told before anything is built",
  (name) => {
    expect(() => requireRegistry(name)).toThrow(
      new UserError(`'${name}' is no registry: write it as in registry.example.com/team, without a scheme`),
    );
  },
);

test("what is built here is called after the registry, with the same tag; the rest is where it was", () => {
  expect(published("registry.test/team", "log-pipeline/kafka:4.3.0-abc")).toBe("registry.test/team/kafka:4.3.0-abc");
  expect(published("registry.test/team", "docker.elastic.co/beats/filebeat:9.5.4")).toBe(
    "docker.elastic.co/beats/filebeat:9.5.4",
  );
  expect(publishedIn("registry.test", { ...IMAGES, consumer: "log-pipeline/consumer:1" })).toEqual({
    ...IMAGES,
    consumer: "registry.test/consumer:1",
  });
});
