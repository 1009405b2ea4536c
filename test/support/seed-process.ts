// SPDX-License-Identifier: AGPL-3.0-or-later
// Prepares the data folder of a process before it starts: the association and the cast. Settings come from the same
// environment; the kind of association is the one argument.
import { readConfig } from '../../config/env.ts'
import { createInstance } from '../../server/create-instance.ts'
import { fillWorld } from './world.ts'

const reading = readConfig(process.env)
if (!reading.ok) throw new Error(reading.faults.join('\n'))
const instance = await createInstance(reading.config)
const kind = process.argv[2]
await fillWorld(instance.deps, kind === 'centre' || kind === 'both' ? { kind } : { kind: 'association' })
await instance.stop()
