#!/bin/sh
# Save a Discourse forum, as everybody may read it, into a folder of its name; needs curl and jq.
# Usage: sh save_forum.sh forum.example.org; run it again to go on after an interruption.
set -eu
site=$1
mkdir -p "$site/t"
cd "$site"

get() { # path, file: whole or not at all, and no faster than a forum takes it
    curl --fail --silent --show-error --globoff --retry 5 --retry-delay 15 \
        --output "$2.part" "https://$site/$1"
    mv "$2.part" "$2"
    sleep 1
}

get "categories.json?include_subcategories=true" categories.json

page=0
more=yes
: > topics.txt
while [ "$more" != no ]; do
    get "latest.json?order=created&no_definitions=true&page=$page" latest.json
    jq -r '.topic_list.topics[].id' latest.json >> topics.txt
    more=$(jq -r '.topic_list.more_topics_url // "no"' latest.json)
    page=$((page + 1))
done

for id in $(sort -nu topics.txt); do
    # The file of the whole topic is renamed last, so that one that is there is complete.
    [ -e "t/$id.json" ] && continue
    get "t/$id.json?include_raw=true" topic.json
    number=1
    jq -r '(.post_stream.stream - [.post_stream.posts[].id]) as $ids
        | range(0; $ids | length; 50) | [$ids[.:. + 50][] | "post_ids[]=\(.)"] | join("&")' \
        topic.json > rest.txt
    while read -r wanted; do
        mkdir -p "t/$id"
        get "t/$id/posts.json?include_raw=true&$wanted" "t/$id/posts-$number.json" < /dev/null
        number=$((number + 1))
    done < rest.txt
    mv topic.json "t/$id.json"
done
