import { expect, test } from "@jest/globals";
import { destinations, parseSockets } from "./flows";

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:23F0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
   1: 0500E70A:C350 0901E70A:2384 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 20 4 30 10 -1
   2: 0500E70A:23F0 0600E70A:D431 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20 4 30 10 -1
   3: 0100007F:A000 0100007F:9999 06 00000000:00000000 00:00000000 00000000  1000        0 4 1 0 20 4 30 10 -1
`;
const TABLE6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 0000000000000000FFFF00000500E70A:E000 0000000000000000FFFF00000700E70A:23F0 06 00000000:00000000 03:00000 0 0 0
   1: 00000000000000000000000001000000:E001 00000000000000000000000001000000:0050 01 00000000:00000000 03:00000 0 0 0
`;

test("sockets are read as the kernel lists them, IPv4 in IPv6 as what it is", () => {
  expect(parseSockets(TABLE)[1]).toEqual({
    local: { ip: "10.231.0.5", port: 50_000 },
    remote: { ip: "10.231.1.9", port: 9092 },
    listening: false,
  });
  expect(parseSockets(TABLE6).map(({ remote }) => remote)).toEqual([
    { ip: "10.231.0.7", port: 9200 },
    { ip: "0:0:0:0:0:0:0:1", port: 80 },
  ]);
});

test("destinations are of connections that begin here and leave", () => {
  expect(destinations([...parseSockets(TABLE), ...parseSockets(TABLE6)])).toEqual([
    { ip: "10.231.1.9", port: 9092 },
    { ip: "10.231.0.7", port: 9200 },
  ]);
});
