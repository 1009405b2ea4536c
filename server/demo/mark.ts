// SPDX-License-Identifier: AGPL-3.0-or-later
// What a demonstration was filled with, and whether somebody has done something in it since.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { countDone } from '../../db/queries/demo.ts'
import { FORGOTTEN } from '../audit/rules.ts'
import { look } from './online.ts'
import type { Stage } from './run.ts'

/** `done`: how much had been done in each instance when the filling was over. */
type Mark = { port: number; empty: boolean; done?: number[] }

/** Looking around and signing in leave nothing that could be lost. */
const LOOKS = [...FORGOTTEN, 'session.signed_in']

/** @returns undefined when nothing was filled to the end yet. */
export function readMark(file: string): Mark | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Mark) : undefined
}

export async function writeMark(file: string, stage: Stage): Promise<void> {
  const { port, empty } = stage.options
  const mark: Mark = { port, empty, done: await doneIn(stage) }
  writeFileSync(file, JSON.stringify(mark) + '\n')
}

/** @throws when a filling of the other kind would take away what people did since. */
export async function refuseLoss(stage: Stage, made: Mark): Promise<void> {
  const done = await doneIn(stage)
  if (made.done && done.every((count, index) => count === made.done![index])) return
  const [is, goOn] = made.empty ? ['began with --empty', 'add --empty'] : ['began filled', 'leave --empty out']
  throw new Error(
    `this demonstration ${is}, and something was done in it since; ${goOn} to go on with it, or add --reset to begin again from nothing`,
  )
}

const doneIn = (stage: Stage): Promise<number[]> =>
  Promise.all(stage.places.map((_, index) => look(stage, index, (db) => countDone(db, LOOKS))))
