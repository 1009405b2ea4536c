// SPDX-License-Identifier: AGPL-3.0-or-later
// JSON Feed 1.1 (jsonfeed.org).
import type { Entry, Feed } from './entries.ts'

export function toJsonFeed(feed: Feed): Record<string, unknown> {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: feed.page,
    feed_url: feed.self,
    ...(feed.next ? { next_url: feed.next } : {}),
    language: feed.lang,
    authors: [feed.author],
    items: feed.entries.map(item),
  }
}

function item(entry: Entry) {
  return {
    id: entry.uri,
    url: entry.url,
    ...(entry.homeUrl === entry.url ? {} : { external_url: entry.homeUrl }),
    title: entry.title,
    summary: entry.summary,
    content_text: [entry.summary, entry.facts.join(' · ')].filter(Boolean).join('\n\n'),
    date_published: entry.published,
    date_modified: entry.updated,
    authors: [entry.association],
    tags: entry.categories.map(({ label }) => label),
  }
}
