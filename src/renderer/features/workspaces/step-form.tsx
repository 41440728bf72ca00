import { type ReactNode, useState } from 'react'
import { say } from '../../../shared/words/index.ts'
import { sentenceOf } from '../../app/perform.ts'
import { Button } from '../../ui/button.tsx'

export interface Step {
  readonly isBusy: boolean
  /** Why the last try did not work, in one sentence. */
  readonly problem: string | undefined
  readonly run: () => void
}

/** One asked-for action of a form: busy while it runs, a sentence when it fails. */
export function useStep(action: () => Promise<unknown>): Step {
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const run = async () => {
    if (isBusy) return
    setIsBusy(true)
    setProblem(undefined)
    try {
      await action()
    } catch (thrown) {
      setProblem(sentenceOf(thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return { isBusy, problem, run: () => void run() }
}

interface StepFormProps {
  readonly title: string
  readonly text: string
  readonly button: string
  readonly isComplete: boolean
  readonly step: Step
  readonly onBack: () => void
  readonly backLabel?: string
  readonly children: ReactNode
}

/** A title, a sentence, fields, and two buttons; Enter goes on. */
export function StepForm({ title, text, button, isComplete, step, onBack, backLabel, children }: StepFormProps) {
  return (
    <form
      className="step-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (isComplete) step.run()
      }}
    >
      <h1>{title}</h1>
      <p className="step-text">{text}</p>
      <div className="step-fields">{children}</div>
      {step.problem !== undefined && (
        <p className="step-problem selectable" role="alert">
          {step.problem}
        </p>
      )}
      <div className="step-buttons">
        <Button size="sheet" onPress={onBack} isDisabled={step.isBusy}>
          {backLabel ?? say('app.back')}
        </Button>
        <Button size="sheet" variant="primary" type="submit" isDisabled={!isComplete || step.isBusy}>
          {button}
        </Button>
      </div>
    </form>
  )
}
