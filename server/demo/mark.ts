// SPDX-License-Identifier: AGPL-3.0-or-later
// What a demonstration was filled with, and whether somebody has done something in it since.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { countDone } from '../../db/queries/demo.ts'
import { FORGOTTEN } from '../audit/rules.ts'
import { readFrom } from './online.ts'
import type { Demo } from './run.ts'

/** `done`: how much had been done in each instance when the filling was over. */
type Mark = { port: number; empty: boolean; done?: number[] }

/** Events after which nothing is lost when the demonstration is filled again. */
const WITHOUT_LOSS = [...FORGOTTEN, 'session.signed_in']

/** @returns undefined when nothing was filled to the end yet. */
export function readMark(file: string): Mark | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Mark) : undefined
}

export async function writeMark(file: string, demo: Demo): Promise<void> {
  const { port, empty } = demo.options
  const mark: Mark = { port, empty, done: await doneIn(demo) }
  writeFileSync(file, JSON.stringify(mark) + '\n')
}

/** @throws when a filling of the other kind would take away what people did since. */
export async function refuseLoss(demo: Demo, made: Mark): Promise<void> {
  const done = await doneIn(demo)
  if (made.done && done.every((count, index) => count === made.done![index])) return
  const [is, goOn] = made.empty ? ['began with --empty', 'add --empty'] : ['began filled', 'leave --empty out']
  throw new Error(
    `this demonstration ${is}, and something was done in it since; ${goOn} to go on with it, or add --reset to begin again from nothing`,
  )
}

const doneIn = (demo: Demo): Promise<number[]> =>
  Promise.all(demo.places.map((_, index) => readFrom(demo, index, (db) => countDone(db, WITHOUT_LOSS))))
