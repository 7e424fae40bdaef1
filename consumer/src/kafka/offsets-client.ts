import { type API, type Callback, Consumer, kGetApi } from "@platformatic/kafka";
import { type OffsetFetchResponse, removeForeignOffsets, withTopicId } from "./commit-metadata";

type AnyApi = API<unknown[], unknown>;

/** Position of the topics among the arguments of an OffsetCommit request. */
const COMMIT_TOPICS = 4;

/**
 * The client that commits and reads the group's offsets, for one topic of a name and for no other that has or had this name.
 *
 * The library sends commits without metadata and hides what a commit has, so this looks at the two requests where the library
 * makes them. What the library does about coordinators, versions and errors stays as it is.
 */
export class OffsetsClient extends Consumer<Buffer, Buffer, Buffer, Buffer> {
  /** Kafka's id of the topic. Until it is set, all commits count. */
  topicId: string | undefined;
  /** Partitions whose commits were for another topic, as the last answer had them. */
  foreign: readonly number[] = [];

  override [kGetApi]<Arguments extends unknown[], Response>(
    name: string,
    callback: Callback<API<Arguments, Response>>,
  ): void {
    super[kGetApi]<Arguments, Response>(name, (error, api) => {
      if (error || !api) callback(error, api);
      else callback(null, this.adapted(name, api as unknown as AnyApi) as unknown as API<Arguments, Response>);
    });
  }

  private adapted(name: string, api: AnyApi): AnyApi {
    const { topicId } = this;
    if (topicId === undefined) return api;
    switch (name) {
      case "OffsetCommit":
        return like(api, (connection, ...args) => {
          const topics = args[COMMIT_TOPICS] as Parameters<typeof withTopicId>[0];
          api(connection, ...args.with(COMMIT_TOPICS, withTopicId(topics, topicId)));
        });
      case "OffsetFetch":
        return like(api, (connection, ...args) => {
          const done = args.at(-1) as Callback<unknown>;
          api(connection, ...args.slice(0, -1), (error: Error | null, response?: unknown) => {
            if (response) this.foreign = removeForeignOffsets(response as OffsetFetchResponse, topicId);
            done(error, response);
          });
        });
      default:
        return api;
    }
  }
}

/** @param call what takes the place of the request; the library also asks for its version */
function like(api: AnyApi, call: (...args: Parameters<AnyApi>) => void): AnyApi {
  return Object.assign(call, { async: api.async, key: api.key, version: api.version });
}
