// SPDX-License-Identifier: AGPL-3.0-or-later
// The operator's commands: `npx mainforte <command> --help`. Each works while the server runs, except restore.
import { parseArgs } from 'node:util'
import { readConfig, type Config } from '../config/env.ts'
import { backup, restore, verifyBackup } from './cli/backup.ts'
import { doctor } from './cli/doctor.ts'
import { createAdmin, resetPasswordOf } from './cli/people.ts'
import { migrateNow } from './cli/migrate.ts'
import { allowCommand, blockCommand, queue } from './cli/peers.ts'

export type Command = {
  use: string
  does: string
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
}

function help(name?: string): string {
  const command = name ? commands[name] : undefined
  if (!command) {
    const width = Math.max(...Object.keys(commands).map((one) => one.length))
    const lines = Object.entries(commands).map(([one, { does }]) => `  ${one.padEnd(width)}  ${does}`)
    return `mainforte <command> [--help]\n\n${lines.join('\n')}\n`
  }
  const options = Object.entries(command.options ?? {}).map(([one, { does }]) => `  --${one}  ${does}`)
  return `mainforte ${command.use}\n\n${command.does}\n${options.length > 0 ? `\n${options.join('\n')}\n` : ''}`
}

async function main(): Promise<number> {
  const [name = '--help', ...rest] = process.argv.slice(2)
  if (['--help', '-h', 'help'].includes(name)) {
    console.log(help(rest[0]))
    return 0
  }
  const command = commands[name]
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
  const reading = readConfig(process.env)
  if (!reading.ok) {
    console.error(reading.faults.join('\n'))
    return 1
  }
  // A command speaks to the person in front of it; the log is the server's.
  const config = { ...reading.config, logLevel: 'warn' as const }
  return command.run(config, parsed.positionals, parsed.values)
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
