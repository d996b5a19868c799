// SPDX-License-Identifier: Apache-2.0

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import pro.fightclub.ringside.events.WebhookEvent;
import pro.fightclub.ringside.webhooks.WebhookVerificationException;
import pro.fightclub.ringside.webhooks.WebhookVerifyParams;
import pro.fightclub.ringside.webhooks.Webhooks;

/** Receives Ringside's events in a servlet; here in an embedded Tomcat. */
final class Receiver extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final String SECRET = System.getenv("FC_WEBHOOK_SECRET");

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      WebhookEvent event =
          Webhooks.verify(
              WebhookVerifyParams.builder()
                  .payload(request.getInputStream().readAllBytes())
                  .header(request.getHeader("X-FC-Signature"))
                  .secret(SECRET)
                  .build());
      System.out.println("received " + event.id());
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    } catch (WebhookVerificationException refused) {
      response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
      response.getWriter().print(refused.reason().wire());
    }
  }

  public static void main(String[] arguments) throws LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setPort(Integer.parseInt(System.getenv().getOrDefault("PORT", "3000")));
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "hook", new Receiver());
    context.addServletMappingDecoded("/hook", "hook");
    tomcat.start();
    tomcat.getServer().await();
  }
}
