// SPDX-License-Identifier: AGPL-3.0-or-later
// Describes a fault for the operator without its message, because the message may quote content of another site.
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const NAME = /^\w{1,60}$/
const OURS = /^\/((?:config|db|federation|server)\/[\w/.-]+\.ts:\d+)/

/** Name, code if any, and the nearest line of ours: `SqliteError SQLITE_FULL db/queries/mails.ts:12`. */
export function faultOf(error: unknown): string {
  const { name, code, message, stack } = Object(error) as Record<string, unknown>
  const words = [name, code].filter((word) => typeof word === 'string' && NAME.test(word))
  // The message comes before the frames, and may hold lines that look like frames.
  const from = String(stack ?? '').indexOf(String(message ?? ''))
  const frames = from < 0 ? '' : String(stack ?? '').slice(from + String(message ?? '').length)
  const line = frames
    .split(ROOT)
    .slice(1)
    .flatMap((rest) => OURS.exec(rest)?.[1] ?? [])[0]
  return [...words, line].filter(Boolean).join(' ') || 'unknown'
}
