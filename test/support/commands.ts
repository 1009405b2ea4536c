// SPDX-License-Identifier: AGPL-3.0-or-later
// The operator's commands, without a process for each: one takes a second to start.
import { jest } from '@jest/globals'
import { call } from '../../server/cli/call.ts'

export type Ended = { code: number; out: string; err: string }

/** One command at a time, because its output is caught. `code`: its exit code. */
export async function runCommand(words: string[], env: Record<string, string>): Promise<Ended> {
  const printed = { log: [] as string[], error: [] as string[] }
  for (const name of ['log', 'error'] as const)
    jest.spyOn(console, name).mockImplementation((line: unknown) => void printed[name].push(String(line)))
  const code = await call(words, { LANG: 'en_CA.UTF-8', ...env })
  jest.restoreAllMocks()
  return { code, out: printed.log.join('\n'), err: printed.error.join('\n') }
}
