// SPDX-License-Identifier: AGPL-3.0-or-later
// Types are stripped once for each version of a file, and kept in Node's compile cache. The stripper is a program of
// 14 MB that stays in memory for as long as the process lives.
import { flushCompileCache, getCompileCacheDir } from 'node:module'

/** So that a cache that cannot be written does not make it start again and again. */
const AGAIN = 'STARTED_AGAIN'
const STRIPPER = 'NativeModule internal/deps/amaro/dist/index'

/**
 * Call when all modules are loaded and nothing is open yet: the first start of a version begins again, in the same
 * process, with what it has stripped. Not where a parent listens over a channel, which this would close.
 * @param env the environment of the process, from which the sign of a second start is taken.
 */
export function startWithoutStripper(env: NodeJS.ProcessEnv): void {
  const { execve, execPath, execArgv, argv } = process
  const isAgain = env[AGAIN] !== undefined
  // Commands that this process starts have a start of their own.
  delete env[AGAIN]
  const { moduleLoadList } = process as unknown as { moduleLoadList: string[] }
  if (isAgain || !execve || process.channel || !getCompileCacheDir() || !moduleLoadList.includes(STRIPPER)) return
  flushCompileCache()
  execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, [AGAIN]: '1' })
}
