import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Asks for an address twice, by java.net.http.HttpClient ("client") or by HttpsURLConnection ("connection"). */
public class Fetch {
    public static void main(String[] arguments) throws Exception {
        URI address = URI.create(arguments[1]);
        if (arguments[0].equals("client")) {
            HttpClient client = HttpClient.newHttpClient();
            for (int n = 0; n < 2; n++) client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        } else {
            for (int n = 0; n < 2; n++) {
                HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
                connection.getInputStream().readAllBytes();
            }
        }
    }
}
