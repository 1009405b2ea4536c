// SPDX-License-Identifier: AGPL-3.0-or-later
// What the doctor says of one thing: it is well, it deserves a look, or it is broken; and how to mend it.

export type Finding = { mark: 'ok' | 'note' | 'fault'; what: string; mend?: string }

export const ok = (what: string): Finding => ({ mark: 'ok', what })
export const note = (what: string, mend: string): Finding => ({ mark: 'note', what, mend })
export const fault = (what: string, mend: string): Finding => ({ mark: 'fault', what, mend })

/** With the reason below it, where there is one: a failed request only says that it failed. */
export function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause as NodeJS.ErrnoException | undefined
  return cause?.code ? `${error.message}, ${cause.code}` : error.message
}

/** One thing that cannot be looked at is a finding too, and no reason not to look at the others. */
export async function looked(
  look: () => Finding | Finding[] | Promise<Finding | Finding[]>,
  mend: string,
): Promise<Finding[]> {
  try {
    return [await look()].flat()
  } catch (error) {
    return [fault(sentence(error), mend)]
  }
}
