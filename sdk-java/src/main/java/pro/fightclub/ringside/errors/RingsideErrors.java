// SPDX-License-Identifier: Apache-2.0
package pro.fightclub.ringside.errors;

import com.openai.errors.OpenAIServiceException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds the class of an error: by its code first, then by its status. */
public final class RingsideErrors {
  private static final Map<Integer, Function<ErrorAnswer, RingsideServiceException>> BY_STATUS =
      Map.of(
          400, RingsideBadRequestException::new,
          401, RingsideAuthenticationException::new,
          402, RingsidePaymentRequiredException::new,
          403, RingsidePermissionDeniedException::new,
          404, RingsideNotFoundException::new,
          409, RingsideConflictException::new,
          422, RingsideUnprocessableEntityException::new,
          429, RingsideRateLimitException::new);

  private RingsideErrors() {}

  /** The exception for an answer; its class is that of the code, else that of the status. */
  public static RingsideServiceException of(ErrorAnswer answer) {
    return answer
        .textField("code")
        .flatMap(code -> Optional.ofNullable(ErrorClasses.BY_CODE.get(code)))
        .orElseGet(() -> ofStatus(answer.status()))
        .apply(answer);
  }

  /** Whether the gateway answered this error with this code, whatever its class. */
  public static boolean hasCode(Throwable error, String code) {
    return error instanceof OpenAIServiceException answered
        && answered.code().filter(code::equals).isPresent();
  }

  private static Function<ErrorAnswer, RingsideServiceException> ofStatus(int status) {
    return BY_STATUS.getOrDefault(
        status,
        status >= 500 ? RingsideInternalServerException::new : RingsideStatusException::new);
  }
}
