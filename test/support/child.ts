// SPDX-License-Identifier: AGPL-3.0-or-later
// Another implementation in a process of its own. It gets orders and sends reports, one JSON object a line.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { until } from './processes.ts'

export type Fact = Record<string, unknown>
export type Child = Awaited<ReturnType<typeof startChild>>

export async function startChild(script: string, port: number) {
  const child = spawn(process.execPath, [script, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const facts: Fact[] = []
  createInterface({ input: child.stdout }).on('line', (line) => facts.push(JSON.parse(line) as Fact))
  const isOver = () => child.exitCode !== null
  await until(() => facts.some(({ ready }) => ready), `${script} did not start`, isOver)

  async function order(name: string, details: Fact): Promise<Fact> {
    const before = facts.length
    child.stdin.write(`${JSON.stringify({ order: name, ...details })}\n`)
    const done = await until(
      () => facts.slice(before).find((fact) => fact['done'] === name),
      `${name} was not done`,
      isOver,
    )
    if ('failed' in done) throw new Error(String(done['failed']))
    return done
  }
  return {
    facts,
    order,
    /** The newest activity of the type that it handled. */
    received: (type: string) =>
      until(() => facts.findLast((fact) => fact['received'] === type), `nothing received of type ${type}`, isOver),
    /** Resolves when the process is gone, because an open pipe would keep the tests from ending. */
    kill: () =>
      new Promise<void>((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done()
        child.once('close', () => done())
        child.kill('SIGKILL')
      }),
  }
}
