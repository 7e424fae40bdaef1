#!/usr/bin/env bash
# Writes a file as a comment of a pull request, or over the one that it wrote there before.
# usage: comment.sh <pull request> <marker> <file>; GH_TOKEN, GITHUB_REPOSITORY
set -euo pipefail
pull_request=$1 marker="<!-- $2 -->" file=$3

body=$(mktemp)
trap 'rm -f "$body"' EXIT
{ echo "$marker"; cat "$file"; } > "$body"
# Anybody can begin a comment with the marker; only a program's is ours to write over.
existing=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$pull_request/comments" \
  --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id" | sed -n 1p)
if [ -n "$existing" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$existing" --field "body=@$body" --silent
else
  gh api --method POST "repos/$GITHUB_REPOSITORY/issues/$pull_request/comments" --field "body=@$body" --silent
fi
