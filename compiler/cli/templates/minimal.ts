import type { Template } from "./index.ts";

export const minimal: Template = {
  sources: {
    "sagas/book-room.saga": `service hotel { idempotent for 1d }

/// Holds a room, then books it.
saga BookRoom {
  version 1
  timeout 1h

  input { bookingId: uuid, nights: int }

  step holdRoom on hotel {
    input { input.bookingId, input.nights }
    output { roomId: string }
    timeout 5s
    compensate releaseRoom { input { input.bookingId } }
  }

  /// The point of no return: from here on the room is taken.
  pivot step bookRoom on hotel {
    input { input.bookingId, holdRoom.roomId }
    timeout 5s
  }

  output { holdRoom.roomId }
}
`,
  },
};
