// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { ACTIVITIES } from '../../federation/activities.ts'
import { HANDLERS } from '../../federation/outbox.ts'

const text = readFileSync(join(import.meta.dirname, '../../FEDERATION.md'), 'utf8')
const examples = (how: string) =>
  new Map(
    [...text.matchAll(/^```json +(\w+) +(.+)\n([\s\S]*?)^```$/gm)]
      .filter(([, one]) => one === how)
      .map(([, , name, body]) => [name!, (JSON.parse(body!) as { type?: string }).type]),
  )

/** With its title as the first line. */
const accepted = text.slice(text.indexOf('\n## What is accepted') + 1)

const SENT: Record<string, string[]> = {
  'association.updated': ['change of the actor'],
  'offer.published': ['publish', 'submit'],
  'offer.updated': ['edit', 'submit'],
  'offer.standing_changed': ['close', 'cancel'],
  'offer.submitted': ['submit'],
  'offer.withdrawn': ['withdraw'],
  'offer.removed': ['delete'],
  'affiliation.requested': ['follow', 'follow a source'],
  'affiliation.accepted': ['accept of a Follow', 'follow a source'],
  'affiliation.paused': ['pause'],
  'affiliation.resumed': ['accept of a Follow'],
  'affiliation.refused': ['reject of a Follow'],
  'affiliation.exact_sums_agreed': ['exact sums'],
  'affiliation.exact_sums_ended': ['exact sums'],
  'affiliation.ended': ['unfollow', 'reject of a Follow'],
  'moderation.announced': ['follow a source'],
  'moderation.accepted': ['approve', 'share'],
  'moderation.changes_requested': ['return'],
  'moderation.refused': ['take off', 'unfollow'],
  'moderation.suspended': ['unshare', 'suspend'],
  'moderation.removed': ['unshare', 'take off', 'unfollow'],
  'moderation.hidden': ['unshare'],
  'moderation.shown': ['share'],
  'moderation.withdrawn': ['unshare', 'unfollow'],
  'statistics.day_ended': ['totals'],
  'peer.blocked': [],
  'peer.unblocked': ['unfollow', 'reject of a Follow'],
}

it('each activity that is handled has a handler and examples of its type in FEDERATION.md', () => {
  const received = examples('received')
  const missing = Object.entries(ACTIVITIES).flatMap(([type, { handler, examples: names }]) => [
    ...(typeof handler === 'function' ? [] : [`${type} has no handler`]),
    ...(names.length > 0 ? [] : [`${type} has no example`]),
    ...names
      .filter((name) => received.get(name) !== type)
      .map((name) => `FEDERATION.md has no \`\`\`json received ${name} of type ${type}`),
    ...names
      .filter((name) => !accepted.includes(`\n| ${name} |`))
      .map((name) => `FEDERATION.md, What is accepted: add a row for « ${name} »`),
    ...(accepted.split('\n')[1]!.includes(`\`${type}\``) ? [] : [`FEDERATION.md, What is accepted: name \`${type}\``]),
  ])
  expect(missing).toEqual([])
})

it('each example of what is received belongs to an activity that is handled, or shows that it has no effect', () => {
  const known = new Set(Object.values(ACTIVITIES).flatMap((one) => one.examples))
  const left = [...examples('received')].filter(([name]) => !known.has(name))
  expect(left.filter(([, type]) => Object.hasOwn(ACTIVITIES, type ?? ''))).toEqual([])
})

it('each event that makes us send something has the examples of it in FEDERATION.md', () => {
  expect(Object.keys(HANDLERS).filter((event) => !Object.hasOwn(SENT, event))).toEqual([])
  const sent = examples('sent')
  const missing = Object.entries(SENT).flatMap(([event, names]) =>
    names.filter((name) => !sent.has(name)).map((name) => `${event}: FEDERATION.md has no \`\`\`json sent ${name}`),
  )
  expect(missing).toEqual([])
})
