// SPDX-License-Identifier: AGPL-3.0-or-later
import { parseArgs } from 'node:util'
import { readConfig, type Config } from '../../config/env.ts'
import { backup, restore, verifyBackup } from './backup.ts'
import { doctor } from './doctor.ts'
import { createAdmin, resetPasswordOf } from './people.ts'
import { migrateNow } from './migrate.ts'
import { allowCommand, blockCommand, queue } from './peers.ts'
import { places } from './places.ts'

export type Command = {
  use: string
  does: string
  words: readonly [number, number]
  options?: Record<string, { type: 'string' | 'boolean'; does: string }>
  run(config: Config, words: string[], options: Record<string, string | boolean | undefined>): Promise<number>
}

const commands: Record<string, Command> = {
  doctor,
  'create-admin': createAdmin,
  'reset-password': resetPasswordOf,
  backup,
  'verify-backup': verifyBackup,
  restore,
  migrate: migrateNow,
  'block-domain': blockCommand,
  'allow-domain': allowCommand,
  queue,
  places,
}

function help(name?: string): string {
  const command = name ? commands[name] : undefined
  if (!command) {
    const width = Math.max(...Object.keys(commands).map((one) => one.length))
    const lines = Object.entries(commands).map(([one, { does }]) => `  ${one.padEnd(width)}  ${does}`)
    return `mainforte <command> [--help]\n\n${lines.join('\n')}\n`
  }
  const options = Object.entries(command.options ?? {}).map(([one, { does }]) => `  --${one}  ${does}`)
  const ends = 'Exit code 0 when all went well, 1 when it did not, 2 when it was called in a wrong way.'
  return [`mainforte ${command.use}`, command.does, ...(options.length > 0 ? [options.join('\n')] : []), ends].join(
    '\n\n',
  )
}

/** @param env read only when a command runs. @returns exit code 0, 1 when it failed, 2 when it was called wrongly. */
export async function call(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [name = '--help', ...rest] = words
  if (['--help', '-h', 'help'].includes(name) && (rest[0] === undefined || Object.hasOwn(commands, rest[0]))) {
    console.log(help(rest[0]))
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    console.error(`unknown command ${name}\n\n${help()}`)
    return 2
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(help(name))
    return 0
  }
  let parsed
  try {
    parsed = parseArgs({ args: rest, allowPositionals: true, options: command.options ?? {} })
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help(name)}`)
    return 2
  }
  const [least, most] = command.words
  if (parsed.positionals.length < least || parsed.positionals.length > most) {
    console.error(help(name))
    return 2
  }
  const reading = readConfig(env)
  if (!reading.ok) {
    console.error(reading.faults.join('\n'))
    return 1
  }
  for (const warning of reading.warnings) console.error(warning)
  // The output is for the person who runs the command, so the log has warnings only.
  const config = { ...reading.config, logLevel: 'warn' as const }
  try {
    return await command.run(config, parsed.positionals, parsed.values)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}
