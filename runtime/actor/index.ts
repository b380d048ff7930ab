export {
  createSagaActor,
  type SagaActor,
  type SagaActorEvent,
  type SagaActorInput,
  type SagaActorOptions,
  type SagaActorSnapshot,
  type SagaLogic,
  type SagaRefused,
  sagaLogic,
} from "./saga-actor.ts";
