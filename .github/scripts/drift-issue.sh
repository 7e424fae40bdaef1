#!/usr/bin/env bash
# One open issue for each environment that is not as the repository says: opened, brought up to date, closed.
# usage: drift-issue.sh <environment> <true if there is no drift> <file with the plan>; GH_TOKEN, GITHUB_REPOSITORY
set -euo pipefail
environment=$1 is_empty=$2 file=$3
title="Drift: $environment is not as main says"

number=$(gh issue list --state open --label drift --search "in:title \"$title\"" --json number,title \
  --jq ".[] | select(.title == \"$title\") | .number" | head -n 1)
if [ "$is_empty" = true ]; then
  [ -z "$number" ] || gh issue close "$number" --comment "The last plan is empty."
  exit 0
fi
# An issue takes 65,536 characters.
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
  echo "What a deploy of \`main\` would change:"
  echo
  echo '```text'
  head -c 60000 "$file"
  echo
  echo '```'
} > "$body"
if [ -n "$number" ]; then
  gh issue edit "$number" --body-file "$body"
else
  gh label create drift --description "An environment is not as main says" --force
  gh issue create --title "$title" --label drift --body-file "$body"
fi
