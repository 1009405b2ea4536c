// SPDX-License-Identifier: AGPL-3.0-or-later
type Environment = Readonly<Record<string, string | undefined>>

/** `key`: a text of the commands, `cli.json` of a language. */
export type Say = (key: `cli.${string}`, values?: Record<string, string>) => string
export function languageOf(env: Environment): 'fr' | 'en' | undefined
export function textsFor(env: Environment): Say
