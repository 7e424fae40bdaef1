import { expect, test } from "@jest/globals";
import { serviceOfFile } from "../../consumer/src/document/file-service";

test.each([
  ["/var/log/myapp/orders.log", "orders"],
  ["/var/log/myapp/orders-2026-01-31T10-00-00.000.log", "orders"],
  ["/var/log/myapp/orders-20260131.log", "orders"],
  ["/var/log/myapp/orders-0.log", "orders"],
  ["/var/log/myapp/orders-0-2026-01-31T10-00-00.000.log", "orders"],
  ["/var/log/myapp/order-api-7d9f8b6c5-x2vqz.log", "order-api"],
  ["/var/log/myapp/order-api.v2.log", "order-api.v2"],
  [`/var/log/containers/shop-7d9f8b6c5-x2vqz_prod_web-${"0123456789abcdef".repeat(4)}.log`, "web"],
  ["orders", "orders"],
  ["/var/log/myapp/.log", undefined],
  ["", undefined],
])("%s is of %s", (path, service) => {
  expect(serviceOfFile(path)).toBe(service);
});
