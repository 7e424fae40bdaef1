import { isCidr } from "../core/cidr";
import { Problems } from "../core/validation";
import type { ElasticsearchAttributes } from "./imported";

/** What is wrong with what is said about an Elasticsearch that somebody else runs; empty if nothing. */
export function attributeProblems({ urls, cidrs = [] }: ElasticsearchAttributes): string[] {
  return new Problems()
    .require(urls.length > 0, "imported Elasticsearch: 'urls' is empty: name one URL or more")
    .add(urls.flatMap(urlProblems))
    .add(
      cidrs
        .filter((cidr) => !isCidr(cidr))
        .map((cidr) => `imported Elasticsearch: '${cidr}' in 'cidrs' is no range such as '10.0.0.0/16': correct it`),
    )
    .list();
}

function urlProblems(text: string): string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    return [
      `imported Elasticsearch: '${text}' in 'urls' is no URL such as 'https://search.example.com:9243': correct it`,
    ];
  }
  return new Problems()
    .require(
      url.username === "" && url.password === "",
      `imported Elasticsearch: the URL of host '${url.host}' has a user or a password in it, which would be in Terraform's state: name them in 'credentials'`,
    )
    .require(
      url.protocol === "https:",
      `imported Elasticsearch: '${url.origin}' in 'urls' would show the passwords of 'credentials' to anybody on the way: use https`,
    )
    .list();
}
