// SPDX-License-Identifier: AGPL-3.0-or-later

/** A piece that is repeated two hundred thousand times, and how its text begins. */
export const HOSTILE_HTML: [piece: string, text: string][] = [
  ['<', '<'.repeat(20)],
  ['<a', ''],
  ['<script>', ''],
  ['<!--', ''],
  ['&#', '&#'.repeat(10)],
  ['<svg><', ''],
  ['\n ', ''],
  ['"<a ', '"'],
  ['<a href=', ''],
  ['<a href="https://a.b/">', ''],
  ['<p> ', ''],
]

/** Bodies near the maximum length, and their result. */
export const HOSTILE_JSON: [body: string, judged: string][] = [
  ['{"a":' + '"\\\\'.repeat(80_000), 'not_json'],
  [`{"a":"${'\\\\'.repeat(30_000)}"}`, 'ok'],
  [`{"a":[${'{},'.repeat(80_000)}{}]}`, 'too_many_nodes'],
]

const words = Array.from({ length: 3000 }, (_, at) => `mot${at % 700}`).join(' ')
export const LONG_TEXTS = [words, `Début ${words.replaceAll('mot1', 'autre')} fin`] as const
