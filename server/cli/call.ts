// SPDX-License-Identifier: AGPL-3.0-or-later
import { parseArgs } from 'node:util'
import { readConfig, type Config } from '../../config/env.ts'
import { backup, restore, verifyBackup } from './backup.ts'
import { doctor } from './doctor.ts'
import { erasePerson, exportPerson } from './data.ts'
import { createAdmin, resetPasswordOf } from './people.ts'
import { migrateNow } from './migrate.ts'
import type { Translator } from '../text/i18n.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { sayIn, speaks } from './language.ts'
import { allowCommand, blockCommand, queue } from './peers.ts'
import { places } from './places.ts'

type Options = Record<string, string | boolean | undefined>

export type Command = {
  use: string
  does: MessageKey
  words: readonly [number, number]
  options?: Record<string, { type: 'string' | 'boolean'; does: MessageKey }>
  run(config: Config, words: string[], options: Options, t: Translator): Promise<number>
}

const commands: Record<string, Command> = {
  doctor,
  'create-admin': createAdmin,
  'reset-password': resetPasswordOf,
  'export-person': exportPerson,
  'erase-person': erasePerson,
  backup,
  'verify-backup': verifyBackup,
  restore,
  migrate: migrateNow,
  'block-domain': blockCommand,
  'allow-domain': allowCommand,
  queue,
  places,
}

function help(t: Translator, name?: string): string {
  const command = name ? commands[name] : undefined
  if (!command) {
    const width = Math.max(...Object.keys(commands).map((one) => one.length))
    const lines = Object.entries(commands).map(([one, { does }]) => `  ${one.padEnd(width)}  ${t(does)}`)
    return `${t('cli.list')}\n\n${lines.join('\n')}\n`
  }
  const options = Object.entries(command.options ?? {}).map(([one, { does }]) => `  --${one}  ${t(does)}`)
  const parts = [`mainforte ${command.use}`, t(command.does), options.join('\n'), t('cli.ends')]
  return parts.filter(Boolean).join('\n\n')
}

/** @param env read only when a command runs. @returns exit code 0, 1 when it failed, 2 when it was called wrongly. */
export async function call(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [name = '--help', ...rest] = words
  const t = speaks(env)
  if (['--help', '-h', 'help'].includes(name) && (rest[0] === undefined || Object.hasOwn(commands, rest[0]))) {
    console.log(help(t, rest[0]))
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    console.error(`${t('cli.unknown', { name })}\n\n${help(t)}`)
    return 2
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(help(t, name))
    return 0
  }
  let parsed
  try {
    parsed = parseArgs({ args: rest, allowPositionals: true, options: command.options ?? {} })
  } catch {
    const option = rest.find((one) => one.startsWith('-')) ?? ''
    console.error(`${t('cli.wrong_option', { option })}\n\n${help(t, name)}`)
    return 2
  }
  const [least, most] = command.words
  if (parsed.positionals.length < least || parsed.positionals.length > most) {
    console.error(help(t, name))
    return 2
  }
  const reading = readConfig(env, sayIn(t))
  if (!reading.ok) {
    console.error(reading.faults.join('\n'))
    return 1
  }
  for (const warning of reading.warnings) console.error(warning)
  // The output is for the person who runs the command, so the log has warnings only.
  const config = { ...reading.config, logLevel: 'warn' as const }
  try {
    return await command.run(config, parsed.positionals, parsed.values, t)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}
